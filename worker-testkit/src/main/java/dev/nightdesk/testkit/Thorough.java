package dev.nightdesk.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A test that takes long, and whose parts have tests of their own; {@code .ci/run} runs it. */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
    named = "nightdesk.thorough",
    matches = "true",
    disabledReason =
        "NOT TESTED on this machine: it takes minutes; -Dnightdesk.thorough=true has it run")
public @interface Thorough {}
