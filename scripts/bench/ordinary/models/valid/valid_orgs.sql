with unrepeated as (
    {{ without_repeats(ref('stg_orgs')) }}
),

sound as (
    select * replace ({{ one_line('identifier') }} as identifier)
    from unrepeated
    where
        {{ is_id('sourced_id') }}
        and {{ one_line('name') }} is not null
        and type in ('department', 'school', 'district', 'local', 'state', 'national')
)

select
    sound.* exclude (parent_sourced_id),
    parents.sourced_id as parent_sourced_id
from sound
left join sound as parents on sound.parent_sourced_id = parents.sourced_id
