with inbound_drops as (
    select * from {{ ref('inbound_drop') }}
    where is_due
),

directory_files as (
    select * from {{ ref('inbound_file') }}
    where inbound_flow_id = 'directory'
),

findings as (
    select * from {{ ref('stale_flow') }}
    union all
    select * from {{ ref('closed_file') }}
    union all
    select * from {{ ref('incomplete_drop') }}
    union all
    select * from {{ ref('unknown_folder') }}
    union all
    select * from {{ ref('missing_file') }}
    union all
    select * from {{ ref('unknown_version') }}
    union all
    select * from {{ ref('changed_version') }}
    union all
    select * from {{ ref('file_of_no_text') }}
    union all
    select * from {{ ref('file_of_open_quotes') }}
    union all
    select * from {{ ref('missing_column') }}
    union all
    select * from {{ ref('repeated_column') }}
    union all
    select * from {{ ref('delta_file') }}
    union all
    select * from {{ ref('late_delta') }}
    union all
    select * from {{ ref('file_without_records') }}
    union all
    select * from {{ ref('manifest_disagreement') }}
    union all
    select * from {{ ref('unknown_header') }}
    union all
    select * from {{ ref('misspelt_header') }}
    union all
    select * from {{ ref('misspelt_file_name') }}
    union all
    select * from {{ ref('file_of_another_encoding') }}
    union all
    select * from {{ ref('file_of_other_separators') }}
    union all
    select * from {{ ref('file_without_keys') }}
    union all
    select * from {{ ref('undelivered_file') }}
    union all
    select * from {{ ref('file_of_another_version') }}
    union all
    select * from {{ ref('directory_without_users') }}
    union all
    select * from {{ ref('directory_file_without_users') }}
    union all
    select * from {{ ref('answer_of_an_api') }}
),

ranked as (
    select
        *,
        case
            when rule in ('file_opens', 'text_file', 'comma_separated', 'closed_quotes') then 1
            when rule = 'whole_drop' then 2
            when rule = 'known_version' then 3
            else 4
        end as rank
    from findings
),

-- what cannot be read lacks the rest, too: the cause is told alone
causes as (
    select *
    from ranked
    qualify
        (rule = 'stale' or rank = min(rank) over (partition by inbound_flow_id))
        and not (rule = 'delivered_again' and bool_or(rule = 'required_file') over (partition by inbound_flow_id, file_name))
),

final as (
    select
        causes.inbound_flow_id,
        coalesce(causes.drop_id, inbound_drops.drop_id, directory_files.drop_id) as drop_id,
        causes.file_name,
        causes.line_number,
        causes.column_name,
        causes.value,
        causes.rule,
        causes.severity,
        case causes.severity when 'catastrophic' then 'refused' else 'none' end as effect,
        causes.problem
    from causes
    left join inbound_drops on causes.inbound_flow_id = inbound_drops.inbound_flow_id
    left join directory_files on causes.inbound_flow_id = directory_files.inbound_flow_id
    -- the directory's export has many more columns than are read, under Microsoft's headers
    where not (causes.inbound_flow_id = 'directory' and causes.rule in ('known_header', 'header_spelling'))
)

select * from final
