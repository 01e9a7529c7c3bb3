{{ changes_of('directory/users.csv') }}
