package dev.millrace.cache.codec;

import com.google.errorprone.annotations.Immutable;

/** Text as UTF-8, strict both ways. Stateless. */
@Immutable
final class TextCodec implements Codec<String> {
    static final TextCodec INSTANCE = new TextCodec();

    private TextCodec() {}

    @Override
    public byte[] encode(String value) {
        return Utf8.encode(value);
    }

    @Override
    public String decode(byte[] bytes) {
        String text = Utf8.decode(bytes);
        if (text == null) {
            throw new CodecException(bytes.length + " bytes are not UTF-8 text");
        }
        return text;
    }

    @Override
    public String toString() {
        return "Codec.strings()";
    }
}
