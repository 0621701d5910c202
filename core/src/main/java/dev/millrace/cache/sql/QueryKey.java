package dev.millrace.cache.sql;

import com.google.errorprone.annotations.Immutable;
import dev.millrace.cache.codec.KeyCodec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a result is cached under: the SHA-256 of the SQL, of the parameters with their types, and of the tables, each with
 * its length before it, so that different queries have different texts to digest. At the server, 43 letters and digits.
 *
 * <p>Carries the tables for the cache to tag it with. A key that was read back from the server has none: equality is of
 * the digest.
 */
@Immutable
@SuppressWarnings("Immutable") // the set is unmodifiable
final class QueryKey {
    /** Part of what is digested, so that a later way of doing so can't meet this one. */
    private static final int VERSION = 1;

    private static final int DIGEST_CHARS = 43;

    private static final KeyCodec<QueryKey> CODEC = KeyCodec.of(QueryKey::digest, QueryKey::read);

    private final String digest;
    private final Set<String> tables;

    private QueryKey(String digest, Set<String> tables) {
        this.digest = digest;
        this.tables = tables;
    }

    static QueryKey of(Query query) {
        ByteSink whole = new ByteSink(Integer.MAX_VALUE);
        whole.put(VERSION);
        TypedValue.write(whole, query.sql());
        List<@Nullable Object> parameters = query.parameters();
        whole.varint(parameters.size());
        parameters.forEach(parameter -> TypedValue.write(whole, parameter));
        whole.varint(query.tables().size());
        query.tables().forEach(table -> TypedValue.write(whole, table));
        return new QueryKey(digest(whole.toBytes()), query.tables());
    }

    private static String digest(byte[] whole) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static KeyCodec<QueryKey> codec() {
        return CODEC;
    }

    private static @Nullable QueryKey read(String text) {
        if (text.length() != DIGEST_CHARS) {
            return null;
        }
        byte[] digest = Base64.getUrlDecoder().decode(text);
        String canonical = Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        return new QueryKey(canonical, Set.of()); // whoever asked compares the spelling
    }

    String digest() {
        return digest;
    }

    Set<String> tables() {
        return tables;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QueryKey key && digest.equals(key.digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return "QueryKey[" + digest + "]";
    }
}
