with unrepeated as (
    {{ without_repeats(ref('stg_academic_sessions')) }}
),

sound as (
    select *
    from unrepeated
    where
        {{ is_id('sourced_id') }}
        and {{ one_line('title') }} is not null
        and type in ('gradingPeriod', 'semester', 'schoolYear', 'term')
        and start_date <= end_date
        and school_year is not null
)

select
    sound.* exclude (parent_sourced_id),
    parents.sourced_id as parent_sourced_id
from sound
left join sound as parents on sound.parent_sourced_id = parents.sourced_id
