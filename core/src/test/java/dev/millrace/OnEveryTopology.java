package dev.millrace;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * On a test class: it runs on what {@link TestDeployment} starts, whatever that is. What a cluster can't do by its nature
 * is skipped there: see {@link ClusterLimits}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("every-topology")
@ExtendWith(ClusterLimits.class)
public @interface OnEveryTopology {}
