{{ changes_of('userProfiles.csv') }}
