{#- The ambiguities that the matching of people found: a directory user of several people, or a person of several directory users. -#}
{% test matched_once(model, column_name) %}
    {{ reported('matched_once', model, column_name, file=directory_file()) }}
{% endtest %}
