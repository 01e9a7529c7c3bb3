{%- set of_the_api = [
    'base_url', 'api_version', 'credential_type', 'credential', 'token_url', 'scope', 'is_demographics_enabled',
    'page_size', 'mode', 'signature_method', 'token_style',
] -%}

with lines as (
    select * from {{ ref('data_connector_line') }}
),

mistakes as (
    {{ blank(['data_connector_id', 'display_name', 'source_system_id', 'connector_type']) }}
    union all
    {{ repeated(['data_connector_id']) }}
    union all
    {{ no_id('data_connector_id') }}
    union all
    {{ not_configured('source_system_id', 'source_system') }}
    union all
    {{ not_one_of('connector_type', ['file', 'oneRosterApi']) }}
    union all
    {{ not_one_of('file_format', ['oneRoster', 'schoolDataSyncV21']) }}
    union all
    {{ not_one_of('api_version', ['1.1', '1.2']) }}
    union all
    {{ not_one_of('credential_type', ['oAuth1', 'oAuth2']) }}
    union all
    {{ not_one_of('is_demographics_enabled', ['true', 'false']) }}
    union all
    {{ not_written_as('page_size', 'number of records') }}
    union all
    {{ not_one_of('mode', ['full', 'delta']) }}
    union all
    {{ not_one_of('signature_method', ['HMAC-SHA256', 'HMAC-SHA1']) }}
    union all
    {{ not_one_of('token_style', ['basic', 'body', 'query', 'static']) }}
    {%- for column in ['base_url', 'token_url'] %}
    union all
    -- the address itself is not repeated: who writes a password into it should not find it in a log
    select
        place || ': {{ column }} is no address that can be used. Write it as in '
        || 'https://sis.example/ims/oneroster/v1p1: with https (http is for localhost alone), and without user, '
        || 'password, blanks{{ ' or ?' if column == 'base_url' else ' or secrets' }}.' as message
    from lines
    where
        is_in_force
        and not regexp_full_match(
            {{ column }},
            '(https://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)|http://(localhost|127\.0\.0\.1|\[::1\]))'
            || '(:\d{1,5})?(/[^\s?#@\\]*)?'
            {%- if column == 'token_url' %}
            -- Infinite Campus has the name of the application there
            || '(\?[^\s#@\\]*)?'
            {%- endif %}
        )
        {%- if column == 'token_url' %}
        or (is_in_force and regexp_matches(token_url, 'secret|password', 'i'))
        {%- endif %}
    {%- endfor %}
    union all
    -- what is written here may be the secret itself
    select
        place || ': credential is no name under which the environment can hold an id and a secret. Write capitals, '
        || 'digits and underscores, as in NORTHWIND, and set NORTHWIND_CLIENT_ID and NORTHWIND_CLIENT_SECRET; '
        || 'a secret itself never stands in a seed.' as message
    from lines
    where is_in_force and not regexp_full_match(credential, '[A-Z][A-Z0-9_]{0,60}')
    {%- for column in ['base_url', 'api_version', 'credential_type', 'credential'] %}
    union all
    select place || ': {{ column }} is blank. A connector of the type oneRosterApi needs it; fill it in.' as message
    from lines
    where is_in_force and lower(connector_type) = 'onerosterapi' and {{ column }} is null
    {%- endfor %}
    union all
    select
        place || ': token_url is blank. An oneRosterApi with oAuth2 asks for its token there; fill it in, or set '
        || 'token_style to static if the vendor gave you the token itself.' as message
    from lines
    where
        is_in_force
        and lower(connector_type) = 'onerosterapi'
        and lower(credential_type) = 'oauth2'
        and lower(token_style) is distinct from 'static'
        and token_url is null
    union all
    select
        place || ': credential_type is oAuth1, which OneRoster 1.2 no longer has. Write oAuth2, or the api_version 1.1.'
            as message
    from lines
    where is_in_force and lower(credential_type) = 'oauth1' and api_version = '1.2'
    union all
    select
        place || ': file_format is ''' || file_format || ''', which is for files. The API has oneRoster alone; '
        || 'leave it blank.' as message
    from lines
    where is_in_force and lower(connector_type) = 'onerosterapi' and lower(file_format) = 'schooldatasyncv21'
    {%- for column in ['token_url', 'scope', 'token_style', 'signature_method'] %}
    {%- set kind = 'oAuth1' if column == 'signature_method' else 'oAuth2' %}
    union all
    select
        place || ': {{ column }} is filled, but it is for the credential_type {{ kind }}. Leave it blank, or correct '
        || 'credential_type.' as message
    from lines
    where is_in_force and {{ column }} is not null and lower(credential_type) not in ('{{ kind | lower }}')
    {%- endfor %}
    {%- for column in of_the_api %}
    union all
    select
        place || ': {{ column }} is filled, but the connector_type is file. Leave it blank, or write oneRosterApi.'
            as message
    from lines
    where is_in_force and lower(connector_type) = 'file' and {{ column }} is not null
    {%- endfor %}
)

{{ mistakes_if_readable(['data_connector', 'source_system']) }}
