{{ config(tags=['configuration']) }}

with year_time_period as (
    select * from {{ ref('year_time_period') }}
),

year_time_period_line as (
    select * from {{ ref('year_time_period_line') }}
    where is_in_force
)

select
    year_time_period_line.place || ': start_date (' || year_time_period.start_date || ') is not before end_date ('
    || year_time_period.end_date || '). Correct one of the two.' as message
from year_time_period
inner join year_time_period_line
    on year_time_period.year_time_period_id = year_time_period_line.year_time_period_id
where year_time_period.start_date >= year_time_period.end_date
