-- Written by `make models` from seeds/catalogue, which is the place to change it.
{{ changes_of('relationships.csv') }}
