{{ changes_of('academicSessions.csv') }}
