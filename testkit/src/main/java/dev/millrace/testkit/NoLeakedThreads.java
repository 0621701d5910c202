package dev.millrace.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails each test of the class, or the one method, that leaves threads behind; see {@link ThreadLeakCheck}.
 *
 * <p>On a method it replaces what stands on the class.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(ThreadLeakCheck.class)
public @interface NoLeakedThreads {

    /** How long the threads of a test may take to end after it, in milliseconds. Default 3,000. */
    long graceMillis() default 3_000;

    /** Beginnings of names of threads that may stay, for example of a server shared by the class. Default none. */
    String[] allowing() default {};
}
