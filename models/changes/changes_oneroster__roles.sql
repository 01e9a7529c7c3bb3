{{ changes_of('roles.csv') }}
