package io.github.deepkd.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvImagesTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void writeImages() throws IOException {
        Files.createDirectories(folder.resolve("in, a folder"));
        for (String name : new String[] {"a.png", "b.png", "in, a folder/c.png"}) {
            BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
            image.setRGB(0, 0, name.charAt(0) << 16);
            ImageIO.write(image, "png", folder.resolve(name).toFile());
        }
    }

    @Test
    void namesAreClassesInTheirOrderAndPathsLieBesideTheFile() throws IOException {
        Dataset data =
                open("path,label,split\na.png,zebra,train\n\"in, a folder/c.png\",ape,train\nb.png,zebra,test\n");

        assertThat(data.classNames()).containsExactly("ape", "zebra");
        assertThat(data.name()).isEqualTo("list");
        assertThat(data.shape()).isEqualTo(new Shape(3, 3, 4));
        assertThat(data.train().size()).isEqualTo(2);
        assertThat(data.train().label(0)).isEqualTo(1);
        assertThat(data.train().label(1)).isZero();
        byte[] pixels = new byte[data.shape().size()];
        data.test().read(0, pixels);
        assertThat(pixels[0]).isEqualTo((byte) 'b');
        assertThat(data.hash()).hasSize(64);
    }

    @Test
    void numbersAreClassesAsTheyAreAndAFileNamesThem() throws IOException {
        String csv = "label,path\n0,a.png\n10,b.png\n2,a.png\n";
        Dataset data = open(csv);
        assertThat(data.classes()).isEqualTo(11);
        assertThat(data.test().label(1)).isEqualTo(10);
        assertThat(data.train()).isSameAs(data.test());

        Files.writeString(folder.resolve("list.classes.txt"), "zero\none\ntwo\n");
        refused(csv, "image 2 has the label '10', which is none of the 3 classes of", "list.classes.txt");
        assertThat(open("label,path\n0,a.png\n1,b.png\n").classNames()).containsExactly("zero", "one", "two");
        assertThat(open("label,path\ntwo,a.png\none,b.png\n").test().label(0)).isEqualTo(2);
        refused("label,path\nthree,a.png\n", "the label 'three'");
    }

    @Test
    void whatCannotBeUsedIsNamedWithItsLine() {
        refused("file,class\na.png,x\n", "has the columns [file, class]", "path,label");
        refused("path,label\n", "lists no images");
        refused("path,label\na.png,x\nnone.png,x\n", "image 2 names none.png, which is no file");
        refused("path,label\na.png,\n", "image 1 has no label");
        refused("path,label\na.png,x,more\n", "image 1 has 3 columns");
        refused("path,label,split\na.png,x,valid\n", "has the split 'valid', expected train or test");
        refused("path,label,split\na.png,x,train\n", "lists no image of the split test");
        refused("path,label\n\"a.png,x\n", "is no CSV that can be read");
        refused("path,label\na.png,0\nb.png,999999\n", "image 2 has the label 999999", "no set has more than");
        refused("path,label\na.png,0\nb.png,50000\n", "image 2 has the label 50000", "more than 50000 classes");
        assertThatThrownBy(() -> Datasets.open("csv:" + folder.resolve("missing.csv")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("there is no file");
    }

    private void refused(String csv, String... named) {
        assertThatThrownBy(() -> open(csv))
                .isInstanceOf(BadInput.class)
                .hasMessageContainingAll(named)
                .hasMessageNotContaining("\n");
    }

    private Dataset open(String csv) throws IOException {
        return Datasets.open("csv:" + Files.writeString(folder.resolve("list.csv"), csv));
    }
}
