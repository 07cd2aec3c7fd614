package io.github.deepkd.serve;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets through what a person's browser asks of this server by its own name. A foreign site whose name was made to lead to
 * this machine (DNS rebinding) is known by the name in {@code Host}: an address as number is never such a name.
 */
final class Guard extends Filter {

    private static final Pattern ADDRESS = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}|\\[[0-9a-fA-F:.%]+]");
    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    private final String address;

    /** @param address under which the server was asked to listen; a name in it is known */
    Guard(String address) {
        this.address = address.toLowerCase(Locale.ROOT);
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-store");
        if (!knows(exchange.getRequestHeaders().get("Host"))) {
            Answer.text(exchange, 403, "This server answers under its own address only.");
        } else if (!exchange.getRequestMethod().equals("GET")) {
            headers.set("Allow", "GET");
            Answer.text(exchange, 405, "Only GET is answered.");
        } else {
            chain.doFilter(exchange);
        }
    }

    private boolean knows(@Nullable List<String> hosts) {
        if (hosts == null || hosts.size() != 1) {
            return false;
        }
        String host = PORT.matcher(hosts.get(0).toLowerCase(Locale.ROOT)).replaceFirst("");
        return host.equals("localhost")
                || host.equals(address)
                || ADDRESS.matcher(host).matches();
    }

    @Override
    public String description() {
        return "known hosts and GET alone";
    }
}
