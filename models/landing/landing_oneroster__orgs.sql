-- Written by `make models` from seeds/catalogue, which is the place to change it.
with final as (
    {{ landed('orgs.csv', [
        'sourcedId', 'status', 'dateLastModified', 'name',
        'type', 'identifier', 'parentSourcedId'
    ]) }}
)

select * from final
