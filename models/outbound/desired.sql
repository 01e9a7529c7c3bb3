-- Everything that outbound flows want to exist now.
{%- set provisioned = [
    'user', 'class_group', 'class_group_membership', 'security_group_membership', 'administrative_unit_membership',
] -%}
{%- set one_roster = [
    'academic_sessions', 'orgs', 'users', 'roles', 'courses', 'classes', 'enrollments', 'demographics', 'relationships',
    'user_flags',
] -%}
{%- set others = {
    'outbound_clever': 'clever',
    'outbound_apple_school_manager': 'appleSchoolManager',
    'outbound_flat_lists': 'flatLists',
} %}

with final as (
    {%- for model in provisioned %}
    select
        outbound_flow_id,
        '{{ model }}' as kind,
        key,
        contents
    from {{ ref(model) }}
    where {{ is_format_asked_for(['provisioning']) }}{{ ' and is_sent' if model == 'user' }}
    union all
    {%- endfor %}
    {%- for file in one_roster %}
    select
        outbound_flow_id,
        kind,
        key,
        contents
    from {{ ref('outbound_oneroster__' ~ file) }}
    union all
    {%- endfor %}
    {%- for model, format in others.items() %}
    select
        outbound_flow_id,
        kind,
        key,
        contents
    from {{ ref(model) }}
    where {{ is_format_asked_for([format]) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
