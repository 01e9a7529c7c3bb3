with read_files as (
    select * from {{ ref('read_file') }}
),

drop_findings as (
    select * from {{ ref('drop_finding') }}
),

final as (
    select read_files.*
    from read_files
    where not exists (
        select 1
        from drop_findings
        where
            drop_findings.inbound_flow_id = read_files.inbound_flow_id
            and drop_findings.severity = 'catastrophic'
    )
)

select * from final
