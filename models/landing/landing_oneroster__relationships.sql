-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'userSourcedId',
    'relationshipUserSourcedId', 'relationshipRole'
] %}

with final as (
    {{ landed('relationships.csv', columns) }}
)

select * from final
