package io.github.deepkd.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.deepkd.page.Examples;
import io.github.deepkd.page.Pages;
import io.github.deepkd.page.RunHistory;
import io.github.deepkd.page.SampleRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;

/** The pages in a real browser: Chromium without a window, where the machine has it. */
@Timeout(120)
class BrowserTest {

    @TempDir
    private Path folder;

    private Dashboard dashboard;
    private SampleRun run;
    private ChromeDriver browser;

    @BeforeEach
    void open() {
        Optional<Path> chromium = onPath("chromium", "google-chrome", "chrome");
        Optional<Path> driver = onPath("chromedriver");
        if (chromium.isEmpty() || driver.isEmpty()) {
            System.err.println("SKIPPED: the pages were NOT tested in a browser; install Chromium and its driver");
        }
        assumeTrue(chromium.isPresent() && driver.isPresent(), "no Chromium with its driver on the PATH");
        run = SampleRun.begin(folder.resolve("kd/seed-1"), "pair:kd", 1, "kd")
                .step(1, 5, 2)
                .epoch(1, 50)
                .measured(1)
                .epoch(2, 55)
                .measured(2);
        SampleRun.begin(folder.resolve("alone"), "pair:alone", 1, "none")
                .epoch(1, 40)
                .epoch(2, 45)
                .finish();
        dashboard = Dashboard.open(folder, "127.0.0.1", 0);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.orElseThrow().toFile())
                        .build(),
                options);
        browser.manage().window().setSize(new Dimension(1280, 900));
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.quit();
        }
        if (dashboard != null) {
            dashboard.close();
        }
    }

    private static Optional<Path> onPath(String... names) {
        return Arrays.stream(names)
                .flatMap(name -> Arrays.stream(Objects.requireNonNullElse(System.getenv("PATH"), "")
                                .split(":"))
                        .map(place -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void await(BooleanSupplier met) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!met.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still waiting").isLessThan(end);
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Object js(String script) {
        return browser.executeScript(script);
    }

    @Test
    void twoRunsAreChosenComparedAndFollowedByKeyboardAlone() throws IOException {
        browser.get(dashboard.uri().toString());
        await(() -> browser.findElement(By.id("connection")).getText().equals("live"));
        browser.findElement(By.id("filter")).sendKeys("SEED");
        assertThat(browser.findElements(By.cssSelector(".runs tbody tr")))
                .filteredOn(WebElement::isDisplayed)
                .hasSize(1);
        browser.findElement(By.id("filter")).clear();
        browser.findElement(By.id("filter")).sendKeys(" ");
        browser.findElement(By.id("choose-alone")).sendKeys(Keys.SPACE);
        browser.findElement(By.id("choose-kd/seed-1")).sendKeys(Keys.SPACE);

        run.step(3, 2, 1.9); // the list moves on under the choice
        await(() -> browser.findElement(By.id("runs")).getText().contains("2.2 of 4"));
        assertThat(browser.findElement(By.id("choose-alone")).isSelected()).isTrue();
        assertThat(js("return document.activeElement.id")).isEqualTo("choose-kd/seed-1");
        browser.findElement(By.cssSelector("button")).sendKeys(Keys.ENTER);

        await(() -> browser.getCurrentUrl().contains("/report?"));
        assertThat(browser.findElement(By.id("answer-text")).getText()).contains("10.00 points above pair:alone");
        assertThat(browser.findElements(By.cssSelector("figure canvas"))).hasSizeGreaterThan(5);
        browser.findElement(By.cssSelector("#chart-top-1-on-the-test-images summary"))
                .sendKeys(Keys.ENTER);

        String rows = "return document.querySelectorAll('#chart-top-1-on-the-test-images .data tbody tr').length";
        assertThat(js(rows)).isEqualTo(2L);
        run.epoch(3, 66.5);
        await(() -> js(rows).equals(3L));
        assertThat(browser.findElement(By.id("answer-text")).getText()).contains("pair:kd has 66.50 %");
        assertThat(js("return document.querySelector('#chart-top-1-on-the-test-images details').open"))
                .isEqualTo(true);
        screenshots("live");
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }

    @Test
    void aReportOnDiskDrawsItsChartsInLightAndDarkWithoutTheNetwork() throws IOException {
        Path html = folder.resolve("report.html");
        Files.writeString(
                html,
                Pages.report(List.of(RunHistory.read("kd", folder.resolve("kd/seed-1/events.jsonl"))), Examples.NONE));
        browser.get(html.toUri().toString());
        int charts = browser.findElements(By.cssSelector("figure.chart")).size();
        assertThat(charts).isGreaterThan(8);
        assertThat(browser.findElements(By.cssSelector("figure canvas"))).hasSize(charts);
        Object light = js("return document.querySelector('canvas').toDataURL()");
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
        await(() -> !Objects.equals(js("return document.querySelector('canvas').toDataURL()"), light));
        js("fetch('" + dashboard.uri() + "').then(() => window.reached = true, () => window.reached = false)");
        await(() -> js("return window.reached") != null);
        assertThat(js("return window.reached")).isEqualTo(false);
    }

    @Test
    void whoDoesNotFollowSeesWhatWasThere() {
        browser.get(dashboard.uri().resolve("/report?run=alone&run=kd%2Fseed-1").toString());
        await(() -> browser.findElement(By.id("connection")).getText().equals("live"));
        browser.findElement(By.id("follow")).sendKeys(Keys.SPACE);
        run.epoch(3, 77);
        js("window.held = true");
        await(() -> (Boolean) js("return performance.now() > 4000"));
        assertThat(browser.findElement(By.id("answer-text")).getText()).contains("55.00 %");
        browser.findElement(By.id("follow")).sendKeys(Keys.SPACE);
        await(() -> browser.findElement(By.id("answer-text")).getText().contains("77.00 %"));
        assertThat(js("return window.held")).as("the page was not loaded anew").isEqualTo(true);
    }

    @Test
    void everyPageIsAsWideAsAPhoneAndNamesItsParts() {
        browser.manage().window().setSize(new Dimension(500, 850)); // the least that a window takes
        js("return 0");
        for (String path : List.of("/", "/report?run=alone&run=kd%2Fseed-1")) {
            browser.get(dashboard.uri().resolve(path).toString());
            await(() -> browser.findElement(By.id("connection")).getText().equals("live"));
            phone();
            assertThat((Boolean) js("return document.documentElement.scrollWidth <= innerWidth + 1"))
                    .as(path + " is wider than a phone: " + js("return document.documentElement.scrollWidth"))
                    .isTrue();
            assertThat(
                            js(
                                    "return document.querySelectorAll('table:not(.u-legend):not(:has(caption)), img:not([alt]),"
                                            + " figure:not(:has(h3)), input:not(label input), th:not([scope]):not(.u-legend th)').length"))
                    .isEqualTo(0L);
            assertThat(js("return document.querySelectorAll('h1').length")).isEqualTo(1L);
        }
    }

    private void phone() {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 375, "height", 800, "deviceScaleFactor", 1, "mobile", true));
        js("window.dispatchEvent(new Event('resize'))");
    }

    /** For people to look at, with {@code -Dscreenshots=FOLDER}. */
    private void screenshots(String name) throws IOException {
        String place = System.getProperty("screenshots");
        byte[] png = browser.getScreenshotAs(OutputType.BYTES);
        assertThat(png).hasSizeGreaterThan(10_000);
        if (place != null) {
            Files.createDirectories(Path.of(place));
            Files.write(Path.of(place, name + "-wide.png"), png);
            phone();
            Files.write(Path.of(place, name + "-phone.png"), browser.getScreenshotAs(OutputType.BYTES));
        }
    }
}
