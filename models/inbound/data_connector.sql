with data_connector_line as (
    select * from {{ ref('data_connector_line') }}
    where is_in_force
),

source_system as (
    select * from {{ ref('source_system') }}
),

connectors as (
    select
        data_connector_line.*,
        lower(data_connector_line.connector_type) = 'onerosterapi' as is_api,
        lower(data_connector_line.credential_type) as credential_word
    from data_connector_line
    inner join source_system on data_connector_line.source_system_id = source_system.source_system_id
),

final as (
    select
        data_connector_id,
        display_name,
        source_system_id,
        if(is_api, 'oneRosterApi', lower(connector_type)) as connector_type,
        if(lower(file_format) = 'schooldatasyncv21', 'schoolDataSyncV21', 'oneRoster') as file_format,
        rtrim(base_url, '/') as base_url,
        api_version,
        case credential_word when 'oauth1' then 'oAuth1' when 'oauth2' then 'oAuth2' end as credential_type,
        credential,
        token_url,
        scope,
        if(is_api, coalesce(lower(is_demographics_enabled) = 'true', false), null) as is_demographics_enabled,
        if(is_api, coalesce(cast(page_size as integer), 5000), null) as page_size,
        if(is_api, coalesce(lower(mode), 'full'), null) as mode,
        if(credential_word = 'oauth1', coalesce(upper(signature_method), 'HMAC-SHA256'), null) as signature_method,
        if(credential_word = 'oauth2', coalesce(lower(token_style), 'basic'), null) as token_style
    from connectors
)

select * from final
