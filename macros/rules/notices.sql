{#- Not a rule but the report of all of a file's notices. -#}
{% test notices(model) %}
    {{ reported(none, model) }}
{% endtest %}
