// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.assets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssetTest {

    private static final byte[] TEXT = "export const a = 1;\n".repeat(100).getBytes(UTF_8);

    @Test
    void holdsTheSameInBothFormsAndGivesEachATagOfItsOwn() throws IOException {
        Asset plain = Asset.plain(TEXT);
        Asset compressed = plain.compressed();

        assertThat(compressed.encoding()).isEqualTo("gzip");
        assertThat(compressed.bytes()).hasSizeLessThan(TEXT.length / 5);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed.bytes())).readAllBytes()).isEqualTo(TEXT);
        assertThat(compressed.entityTag()).isNotEqualTo(plain.entityTag()).matches("\"[\\w-]{43}-gzip\"");
        assertThat(Asset.plain("other".getBytes(UTF_8)).entityTag()).isNotEqualTo(plain.entityTag());
    }

    @Test
    void isNotCompressedWhereThatIsNotShorter() {
        Asset tiny = Asset.plain(new byte[] {1});

        assertThat(tiny.compressed()).isSameAs(tiny);
    }

    @Test
    void isKnownByAnyOfTheClientsTags() {
        Asset asset = Asset.plain(TEXT);
        String tag = asset.entityTag();

        assertThat(asset.isKnown(tag)).isTrue();
        assertThat(asset.isKnown("\"x\", W/" + tag)).isTrue();
        assertThat(asset.isKnown("*")).isTrue();
        assertThat(asset.isKnown(asset.compressed().entityTag())).isFalse();
        assertThat(asset.isKnown(null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", value = {
        "gzip|true", "'br, GZIP ;q=0.5'|true", "'deflate,gzip;q=1'|true", "gzip;q=0|false", "'gzip; q=0.00'|false",
        "x-gzip|false", "'br'|false", "''|false", "none|false"
    })
    void takesGzipWhereTheClientDoes(String acceptEncoding, boolean takes) {
        assertThat(Asset.takesGzip(acceptEncoding)).isEqualTo(takes);
    }
}
