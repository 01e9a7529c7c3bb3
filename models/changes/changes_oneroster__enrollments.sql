{{ changes_of('enrollments.csv') }}
