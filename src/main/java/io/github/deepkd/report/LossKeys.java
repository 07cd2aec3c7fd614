package io.github.deepkd.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** The loss of component {@code non-target} is {@code non_target_loss} in JSON. */
final class LossKeys {

    private static final String SUFFIX = "_loss";

    private LossKeys() {}

    static final class Writer extends JsonSerializer<String> {

        @Override
        public void serialize(String component, JsonGenerator json, SerializerProvider serializers) throws IOException {
            json.writeFieldName(component.replace('-', '_') + SUFFIX);
        }
    }

    static final class Reader extends KeyDeserializer {

        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            String component = key.endsWith(SUFFIX) ? key.substring(0, key.length() - SUFFIX.length()) : key;
            return component.replace('_', '-');
        }
    }
}
