{{ changes_of('courses.csv') }}
