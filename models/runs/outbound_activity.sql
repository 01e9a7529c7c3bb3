{{ config(materialized='incremental', full_refresh=false, on_schema_change='append_new_columns') }}

-- A run makes the table and leaves it alone: `make send` writes its deliveries.
with final as (
    select
        cast(null as varchar) as outbound_flow_id,
        cast(null as varchar) as delivery_id,
        cast(null as varchar) as status,
        cast(null as varchar) as reason,
        cast(null as timestamp) as as_of,
        cast(null as bigint) as desired,
        cast(null as bigint) as added,
        cast(null as bigint) as updated,
        cast(null as bigint) as removed,
        cast(null as bigint) as unmatched,
        cast(null as timestamp) as created_at,
        cast(null as timestamp) as confirmed_at
    where false
)

select * from final
