with read_files as (
    select * from {{ ref('inbound_file') }}
    where is_read
),

drop_findings as (
    select * from {{ ref('drop_finding') }}
),

refused_flows as (
    select distinct inbound_flow_id
    from drop_findings
    where severity = 'catastrophic'
),

final as (
    select read_files.*
    from read_files
    left join refused_flows on read_files.inbound_flow_id = refused_flows.inbound_flow_id
    where refused_flows.inbound_flow_id is null and read_files.has_keys
)

select * from final
