{{ config(materialized='view') }}

with findings as (
    select * from {{ ref('finding') }}
),

match_findings as (
    select * from {{ ref('match_finding') }}
),

final as (
    select * from findings
    union all by name
    select * from match_findings
)

select * from final
