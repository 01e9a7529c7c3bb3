with year_time_period_line as (
    select * from {{ ref('year_time_period_line') }}
    where is_in_force
),

ref_definition as (
    select * from {{ ref('ref_definition') }}
    where reference_type = 'RefAcademicYear'
),

final as (
    select
        year_time_period_line.year_time_period_id,
        year_time_period_line.display_name,
        ref_definition.ref_definition_id as ref_academic_year_id,
        cast(ref_definition.code as integer) as year_code,
        cast(year_time_period_line.start_date as date) as start_date,
        cast(year_time_period_line.end_date as date) as end_date
    from year_time_period_line
    inner join ref_definition on year_time_period_line.year_code = ref_definition.code
)

select * from final
