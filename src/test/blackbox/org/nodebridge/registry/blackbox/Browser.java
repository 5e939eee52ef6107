// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.nodebridge.registry.servers.Chromium;
import org.nodebridge.registry.servers.Needed;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium that looks at the console as people do. For one thread. */
final class Browser implements AutoCloseable {

    /** A start or a script on a busy machine. */
    private static final Duration LONGEST = Duration.ofMinutes(3);

    /** Kept, or its level would be forgotten with it. */
    private static final Logger SELENIUM_LOG = Logger.getLogger("org.openqa.selenium");

    static {
        // every version of Chromium is newer than the protocol it knows, of which nothing here is used
        SELENIUM_LOG.setLevel(Level.SEVERE);
    }

    /** Run in the page by itself: the library's own way transfers all that is well, and opens windows. */
    private static final String AXE = axe();

    private final String url;
    private final ChromeDriver driver;
    private final String firstTab;

    private Browser(String url, ChromeDriver driver) {
        this.url = url;
        this.driver = driver;
        this.firstTab = driver.getWindowHandle();
    }

    /** Skips the test where no browser is to be had, but fails it in CI, where one must be. */
    static Chromium required() {
        return Needed.orSkip(Chromium.find(), Chromium.HOW_TO_GET);
    }

    static Browser of(Chromium chromium, String url) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.browser().toFile());
        // a container's root may not have Chromium's sandbox, and its /dev/shm is small
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                "--disable-background-networking", "--no-first-run", "--window-size=1440,900", "--lang=en-GB");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromium.driver().toFile())
                .usingAnyFreePort()
                .withTimeout(LONGEST)
                .withSilent(true)
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(LONGEST);
        Browser browser = new Browser(url, driver);
        browser.width(1440);
        return browser;
    }

    /** Loads the console again at an address such as {@code /nodes}, signed out and in the colours of the system. */
    void open(String address) {
        driver.get("about:blank");
        cdp("Storage.clearDataForOrigin", Map.of("origin", url, "storageTypes", "local_storage"));
        driver.get(url + "/#" + address);
        awaitHeading();
    }

    /** As {@link #open}, in one more tab, which is then the one that is looked at. */
    void openInNewTab(String address) {
        openIn(WindowType.TAB, address);
    }

    /** As {@link #open}, in one more window; those before it stay visible. */
    void openInNewWindow(String address) {
        openIn(WindowType.WINDOW, address);
    }

    private void openIn(WindowType type, String address) {
        driver.switchTo().newWindow(type);
        driver.get(url + "/#" + address);
        awaitHeading();
    }

    /** All tabs and windows but the first, which is looked at again. */
    void closeOtherTabs() {
        for (String tab : driver.getWindowHandles()) {
            if (!tab.equals(firstTab)) {
                driver.switchTo().window(tab).close();
            }
        }
        driver.switchTo().window(firstTab);
    }

    /** Follows an address within the console; returns when nothing of the page before is left. */
    void go(String address) {
        driver.executeAsyncScript("""
                const [hash, done] = arguments;
                const drawn = () => requestAnimationFrame(() => setTimeout(done));
                addEventListener("hashchange", drawn, { once: true });
                const before = location.hash;
                location.hash = hash;
                if (location.hash === before) drawn();""", "#" + address);
        awaitHeading();
    }

    /** Loads the page again as it is. */
    void reload() {
        driver.navigate().refresh();
        awaitHeading();
    }

    private void awaitHeading() {
        eventually().until(() -> !driver.findElements(By.tagName("h1")).isEmpty());
    }

    /** What stands in the whole page. */
    String text() {
        return textOf("body");
    }

    /** What stands in the first such element, or nothing where there is none. */
    String textOf(String css) {
        return String.valueOf(run("return document.querySelector(arguments[0])?.innerText ?? ''", css));
    }

    /** What stands in the first such element of each tab and window. */
    List<String> textsOfAll(String css) {
        String lookedAt = driver.getWindowHandle();
        List<String> texts = new ArrayList<>();
        for (String tab : driver.getWindowHandles()) {
            driver.switchTo().window(tab);
            texts.add(textOf(css));
        }
        driver.switchTo().window(lookedAt);
        return texts;
    }

    void awaitText(String css, String... parts) {
        eventually().untilAsserted(() -> assertThat(textOf(css))
                .as(() -> css + " of a page that says " + text())
                .contains(parts));
    }

    int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    /** Clicks what has this text on it: a button or a link, in the open dialog if there is one. */
    void click(String label) {
        onceThere(By.xpath("(//dialog[@open]|//body[not(.//dialog[@open])])//*[self::button or self::a]"
                + "[contains(normalize-space(), '" + label + "')]"), this::clickOnceStill);
    }

    /** Clicks the button that has this label, in an element that has this text. */
    void clickIn(String css, String text, String label) {
        eventually().untilAsserted(() -> assertThat(run("""
                const [css, text, label] = arguments;
                const button = [...document.querySelectorAll(css)].filter((each) => each.innerText.includes(text))
                    .flatMap((each) => [...each.querySelectorAll("button")])
                    .find((each) => each.innerText.includes(label));
                button?.click();
                return button !== undefined;""", css, text, label)).as(label + " beside " + text).isEqualTo(true));
    }

    /**
     * From now on counts what a user does with the page that is open: clicks, choices from a list and keys that send a
     * form. What is typed into a field is not counted.
     */
    void countClicks() {
        run("""
                const counting = window.clicks !== undefined;
                window.clicks = 0;
                if (counting) return;
                const count = (event) => { if (event.isTrusted) window.clicks++; };
                const isChoice = ({ target }) => target.matches("select, option");
                // a form that is sent by a key clicks its button too, without a pointer
                addEventListener("click", (event) => { if (event.detail > 0 && !isChoice(event)) count(event); }, true);
                addEventListener("change", (event) => { if (isChoice(event)) window.clicks++; }, true);
                addEventListener("keydown", (event) => { if (event.key === "Enter") count(event); }, true);""");
    }

    /** How many there were since {@link #countClicks()}. */
    int clicks() {
        return ((Long) run("return window.clicks")).intValue();
    }

    void clickOn(String css) {
        onceThere(By.cssSelector(css), this::clickOnceStill);
    }

    /** What has moved away since the browser looked where it is, as something above it has come, is missed. */
    private void clickOnceStill(WebElement element) {
        run("window.reached = false; arguments[0].addEventListener('click', () => { window.reached = true; },"
                + " { once: true, capture: true })", element);
        element.click();
        assertThat(run("return window.reached")).as("the click has reached it").isEqualTo(true);
    }

    void type(String css, CharSequence... keys) {
        onceThere(By.cssSelector(css), element -> element.sendKeys(keys));
    }

    /** Chooses a value of a select; the browser's own keyboard would do it by the first letters. */
    void choose(String css, String value) {
        onceThere(By.cssSelector(css + " option[value='" + value + "']"), WebElement::click);
    }

    /** Keys to the element that has the focus. */
    void press(CharSequence... keys) {
        eventually().ignoreException(StaleElementReferenceException.class)
                .untilAsserted(() -> driver.switchTo().activeElement().sendKeys(keys));
    }

    /**
     * The accessible text of what has the focus: its label, or else what stands on it. Nothing where nothing has it.
     */
    String focused() {
        // between the last element and the first the focus is the whole page's, which says all there is
        return String.valueOf(run("const it = document.activeElement; if (it === document.body) return '';"
                + "return it.getAttribute('aria-label') ?? it.labels?.[0]?.innerText ?? it.innerText")).strip();
    }

    /** Presses Tab until this has the focus. */
    void tabTo(String text) {
        for (int presses = 0; presses < 60; presses++) {
            press(Keys.TAB);
            if (focused().contains(text)) {
                return;
            }
        }
        throw new AssertionError("the Tab key does not lead to " + text);
    }

    void awaitDialog() {
        eventually().until(() -> count("dialog[open]") == 1);
    }

    void signIn(String user, String password) {
        awaitDialog();
        clear("dialog input[name=user]");
        clear("dialog input[name=password]");
        type("dialog input[name=user]", user);
        type("dialog input[name=password]", password, Keys.ENTER);
    }

    void clear(String css) {
        onceThere(By.cssSelector(css), WebElement::clear);
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    void cdp(String command, Map<String, Object> parameters) {
        driver.executeCdpCommand(command, parameters);
    }

    /** Files that the page gives its user go there from now on. */
    void downloadTo(Path directory) {
        cdp("Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", directory.toString()));
    }

    /** Of the window, in pixels. */
    void width(int pixels) {
        cdp("Emulation.setDeviceMetricsOverride", Map.of(
                "width", pixels, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        eventually().until(() -> Long.valueOf(pixels).equals(run("return innerWidth")));
    }

    void theme(String name) {
        run("const select = document.querySelector('.theme select'); select.value = arguments[0];"
                + "select.dispatchEvent(new Event('change'))", name);
        // what is shown is paler while a busy registry has yet to answer again
        eventually().until(() -> Boolean.TRUE.equals(run("return !document.querySelector('main.stale')")));
    }

    /**
     * What axe-core finds that would keep somebody from using the page as it is now.
     *
     * @param rules to go by these alone; all when none is named
     */
    @SuppressWarnings("unchecked")
    List<String> barriers(String... rules) {
        if (Boolean.FALSE.equals(run("return 'axe' in window"))) {
            run(AXE);
        }
        return (List<String>) driver.executeAsyncScript("""
                const [rules, done] = arguments;
                const shown = ({ id, help, nodes }) => `${id}: ${help}` + nodes.slice(0, 3).map(
                    ({ html, any }) => `\\n  ${html} ${any.map(({ message }) => message)}`).join("");
                axe.run(document, {
                    resultTypes: ["violations"],
                    ...(rules.length ? { runOnly: { type: "rule", values: rules } } : {}),
                }).then(({ violations }) => done(violations
                    .filter(({ impact }) => impact === "serious" || impact === "critical").map(shown)),
                    (failure) => done([String(failure)]));""", List.of(rules));
    }

    private static String axe() {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the console has complained of since it was last asked, refused styles and scripts among it. That the
     * registry answers with an error, as it must while a store is unavailable, is logged by the browser and no
     * complaint.
     */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .filter(message -> !message.matches(".*/(api/v1|metrics).* - Failed to load resource.*"))
                .toList();
    }

    /** Leaves a picture of what is in the window in {@code target/screenshots}. */
    Path screenshot(String name) {
        try {
            Path file = Files.createDirectories(ProjectDirectory.target().resolve("screenshots"))
                    .resolve(name + ".png");
            return Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }

    /**
     * The page is drawn again every second; an element may be another one by the time it is used, or be covered by what
     * is about to go.
     */
    private void onceThere(By by, Consumer<WebElement> action) {
        eventually().ignoreExceptionsMatching(Browser::mayPass).untilAsserted(() -> {
            List<WebElement> found = driver.findElements(by);
            assertThat(found).as("%s in the page", by).isNotEmpty();
            assertThat(found.get(0).isEnabled()).as("%s can be used", by).isTrue();
            action.accept(found.get(0));
        });
    }

    private static boolean mayPass(Throwable failure) {
        return failure instanceof StaleElementReferenceException || failure instanceof ElementNotInteractableException;
    }
}
