{%- set columns = [
<% for line in file.stored | batch(4) %>
    << line | map(attribute='column_name') | map('quoted') | join(', ') >><< ',' if not loop.last >>
<% endfor %>
] %}

with final as (
    {{ landed('<< file.name >>', columns) }}
)

select * from final
