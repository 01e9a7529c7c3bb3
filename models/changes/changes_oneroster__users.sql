{{ changes_of('users.csv') }}
