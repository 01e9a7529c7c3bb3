{{ changes_of('orgs.csv') }}
