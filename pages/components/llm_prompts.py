"""The prompt of each use, word for word, with its version."""

import streamlit as st

from core.views.llm_prompts import prompt_rows, prompts


def prompts_section() -> None:
    """The Prompts view of the page."""
    column = st.column_config
    st.caption(
        "What the model is told. Data stands in the user's message only, as JSON; the model has no tools, and every answer "
        "is checked here. With any change the version rises, and answers to the older one are not used again."
    )
    st.dataframe(
        prompt_rows(),
        hide_index=True,
        height="content",
        key="llm_prompt_table",
        column_config={
            "use": column.TextColumn("Use"),
            "version": column.TextColumn("Version", help="Raised with every change; part of the key under which answers are kept."),
            "sha256": column.TextColumn("SHA-256", help="Of version, instructions, examples and schema; its first twelve digits."),
            "tokens": column.NumberColumn("Tokens", help="About; without the data.", format="localized"),
            "examples": column.NumberColumn("Examples", help="Shown to the model before the question."),
        },
    )  # fmt: skip
    for prompt in prompts():
        with st.expander(f"{prompt.use} ({prompt.version})"):
            for role, text in prompt.messages:
                st.caption(role)
                st.code(text, language=None, wrap_lines=True)
            st.caption("schema of the answer")
            st.code(prompt.schema, language="json", wrap_lines=True)
