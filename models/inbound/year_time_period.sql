with default_year_time_period as (
    select * from {{ ref('default_year_time_period') }}
),

final as (
    select
        year_time_period_id,
        display_name,
        cast(year_code as integer) as year_code,
        'RefAcademicYear-' || year_code as ref_academic_year_id,
        cast(start_date as date) as start_date,
        cast(end_date as date) as end_date,
    from default_year_time_period
)

select * from final
