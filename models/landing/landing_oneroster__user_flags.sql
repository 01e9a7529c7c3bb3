-- Written by `make models` from seeds/catalogue, which is the place to change it.
{%- set columns = [
    'sourcedId', 'status', 'dateLastModified', 'userSourcedId',
    'flag'
] %}

with final as (
    {{ landed('userFlags.csv', columns) }}
)

select * from final
