{{ config(materialized='incremental', full_refresh=false, on_schema_change='append_new_columns') }}

-- A run makes the table and leaves it alone: `make send` writes what it handed over, until that is confirmed.
with final as (
    select
        cast(null as varchar) as outbound_flow_id,
        cast(null as varchar) as delivery_id,
        cast(null as varchar) as kind,
        cast(null as varchar) as change,
        cast(null as varchar) as key,
        cast(null as json) as contents,
        cast(null as timestamp) as sent_at,
        cast(null as timestamp) as as_of
    where false
)

select * from final
