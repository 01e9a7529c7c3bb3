{{ config(tags=['configuration']) }}

with year_time_period as (
    select * from {{ ref('year_time_period') }}
),

year_time_period_line as (
    select * from {{ ref('year_time_period_line') }}
    where is_in_force
)

select
    year_time_period_line.place || ': start_date is ' || year_time_period.start_date || ', but the year '
    || year_time_period.year_code || ' can begin no earlier than ' || year_time_period.year_code - 1
    || '-01-01. The year_code is the calendar year in which the school year ends. Correct one of the two.' as message
from year_time_period
inner join year_time_period_line
    on year_time_period.year_time_period_id = year_time_period_line.year_time_period_id
where year(year_time_period.start_date) < year_time_period.year_code - 1
