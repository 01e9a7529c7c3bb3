-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'name',
    'type', 'identifier', 'parentSourcedId'
] %}

with final as (
    {{ landed('orgs.csv', columns) }}
)

select * from final
