{{ changes_of('classes.csv') }}
