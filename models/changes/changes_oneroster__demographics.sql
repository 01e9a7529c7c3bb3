{{ changes_of('demographics.csv') }}
