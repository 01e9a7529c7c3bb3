with lines as (
    select
        *,
        try_cast(year_code as integer) as year_number,
        try_cast(start_date as date) as starts_on,
        try_cast(end_date as date) as ends_on
    from {{ ref('year_time_period_line') }}
),

mistakes as (
    {{ blank(['year_time_period_id', 'display_name', 'year_code', 'start_date', 'end_date']) }}
    union all
    {{ repeated(['year_time_period_id']) }}
    union all
    {{ no_id('year_time_period_id') }}
    union all
    {{ no_code('year_code', 'RefAcademicYear') }}
    union all
    {{ not_written_as('start_date', 'date') }}
    union all
    {{ not_written_as('end_date', 'date') }}
    union all
    -- the rule of School Data Sync: 2027 may begin on 2026-01-01 and not before
    select
        place || ': start_date is ' || starts_on || ', but the year ' || year_number
        || ' can begin no earlier than ' || year_number - 1
        || '-01-01. The year_code is the calendar year in which the school year ends. Correct one of the two.'
            as message
    from lines
    where is_in_force and year(starts_on) < year_number - 1
    union all
    -- else no day would lie in the year
    select
        place || ': start_date (' || starts_on || ') is not before end_date (' || ends_on
        || '). Correct one of the two.' as message
    from lines
    where is_in_force and starts_on >= ends_on
    union all
    -- the rule of School Data Sync: the school year 2026-27 is 2027
    select
        place || ': end_date is ' || ends_on || ', but year_code is ' || year_number
        || '. The year_code is the calendar year in which the school year ends. Correct one of the two.' as message
    from lines
    where is_in_force and year(ends_on) <> year_number
)

{{ mistakes_if_readable(['year_time_period', 'ref_definition']) }}
