using System.CommandLine;

namespace XdpAudit.Server;

/// <summary>What <c>up</c> was told.</summary>
internal sealed record UpOptions
{
    internal const string DefaultData = "/var/lib/xdpaudit";
    internal const string DefaultSocket = "/run/xdpaudit/api.sock";

    internal required string Data { get; init; }

    internal required string Socket { get; init; }

    internal string? Listen { get; init; }

    internal string? Postgres { get; init; }

    internal required TimeSpan Grace { get; init; }

    internal required TimeSpan ReconcileEvery { get; init; }

    internal string? Bpffs { get; init; }

    internal bool Ephemeral { get; init; }

    internal bool AllTypes { get; init; }

    /// <summary>The tiers of the recorder that may be opened; null for all.</summary>
    internal IReadOnlyList<string>? Tiers { get; init; }

    internal bool Demo { get; init; }

    internal bool Once { get; init; }

    internal required string Plugins { get; init; }

    /// <summary>The operator's allow-list; null for the usual one, which need not be there.</summary>
    internal string? AllowList { get; init; }

    /// <summary>Plugins by id or folder; empty for all that the allow-lists name.</summary>
    internal IReadOnlyList<string> PluginNames { get; init; } = [];
}

/// <summary>Reads the options of <c>up</c>. The command line client passes them on as they were typed.</summary>
internal static class UpCommand
{
    /// <summary>The directory of the plugins that ship with the auditor, where nobody says otherwise.</summary>
    internal static string ShippedPlugins => Environment.GetEnvironmentVariable("XDPAUDIT_PLUGINS") ?? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../plugins"));

    internal static Command Make(Func<UpOptions, CancellationToken, Task<int>> run)
    {
        var data = new Option<string?>("--data") { Description = "directory of the private PostgreSQL cluster and the lock", HelpName = "DIR" };
        var socket = new Option<string?>("--socket") { Description = "unix socket of the local API", HelpName = "PATH" };
        var listen = new Option<string?>("--listen") { Description = "loopback address for /healthz/live and /healthz/ready", HelpName = "127.0.0.1:PORT" };
        listen.Validators.Add(result =>
        {
            if (result.Tokens is [var address] && ApiSocket.Loopback(address.Value) is null)
            {
                result.AddError($"'{address.Value}' is not a loopback address and a port: nothing is served to the network; write 127.0.0.1:PORT");
            }
        });
        var postgres = new Option<string?>("--postgres") { Description = "a PostgreSQL server of yours instead of the private cluster", HelpName = "CONN" };
        var grace = Span("--grace", "how long something may be so before it is called a leak");
        var every = Span("--reconcile-every", "how often to look");
        var bpffs = new Option<string?>("--bpffs") { Description = "bpffs directory in which operations pin", HelpName = "DIR" };
        var ephemeral = new Option<bool>("--ephemeral") { Description = "hold by descriptors instead of pins: what operations make goes when the auditor ends" };
        var allTypes = new Option<bool>("--all-types") { Description = "record programs of all types in full, not only XDP and EXT" };
        var tiers = new Option<string?>("--tiers") { Description = "how the recorder may listen: of perf, tracing, function, files; all without this", HelpName = "LIST" };
        tiers.Validators.Add(result =>
        {
            if (result.Tokens is [var list] && list.Value.Split(',').FirstOrDefault(t => !SensorTiers.All.Contains(t)) is { } unknown)
            {
                result.AddError($"there is no tier '{unknown}': write {string.Join(',', SensorTiers.All)}, or some of them");
            }
        });
        var noDashboard = new Option<bool>("--no-dashboard") { Description = "serve the local API only" };
        var demo = new Option<bool>("--demo") { Description = "a corner of the kernel of its own, three leaks, and what the auditor says of them" };
        var once = new Option<bool>("--once") { Description = "with --demo: end after the story" };
        var plugins = new Option<string?>("--plugins") { Description = "directory of the plugins that ship with the auditor", HelpName = "DIR" };
        var plugin = new Option<string[]>("--plugin") { Description = "load this plugin and no other; may be given again", HelpName = "ID" };
        var allowList = new Option<string?>("--allow-list") { Description = "the operator's list of plugins that may be loaded", HelpName = "FILE" };
        var command = new Command("up", "watch this host in the foreground")
        {
            data, socket, listen, postgres, grace, every, bpffs, ephemeral, allTypes, tiers, noDashboard, demo, once, plugins, plugin, allowList,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var isDemo = parsed.GetValue(demo);
            return run(
                new()
                {
                    Data = parsed.GetValue(data) ?? UpOptions.DefaultData,
                    Socket = parsed.GetValue(socket) ?? UpOptions.DefaultSocket,
                    Listen = parsed.GetValue(listen),
                    Postgres = parsed.GetValue(postgres),
                    Grace = parsed.GetValue(grace) ?? TimeSpan.FromSeconds(isDemo ? 2 : 30),
                    ReconcileEvery = parsed.GetValue(every) ?? TimeSpan.FromSeconds(isDemo ? 1 : 5),
                    Bpffs = parsed.GetValue(bpffs),
                    Ephemeral = parsed.GetValue(ephemeral),
                    AllTypes = parsed.GetValue(allTypes),
                    Tiers = parsed.GetValue(tiers)?.Split(','),
                    Demo = isDemo,
                    Once = parsed.GetValue(once),
                    Plugins = parsed.GetValue(plugins) ?? ShippedPlugins,
                    AllowList = parsed.GetValue(allowList),
                    PluginNames = parsed.GetValue(plugin) ?? [],
                },
                cancellation);
        });
        return command;
    }

    private static Option<TimeSpan?> Span(string name, string description)
    {
        var option = new Option<TimeSpan?>(name)
        {
            Description = description,
            HelpName = "30s",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (Parse(text) is { } span)
                {
                    return span;
                }

                result.AddError($"cannot read '{text}' as a time: write 500ms, 30s, 5m, 2h or 7d");
                return null;
            },
        };
        return option;
    }

    // 500ms, 30s, 1h30m; a bare number is seconds.
    private static TimeSpan? Parse(string text)
    {
        var total = TimeSpan.Zero;
        for (var rest = text; rest.Length > 0;)
        {
            var digits = rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
            var unit = string.Concat(rest[digits..].TakeWhile(char.IsAsciiLetterLower));
            var seconds = unit switch { "ms" => 0.001, "" or "s" => 1, "m" => 60, "h" => 3600, "d" => 86400, _ => 0d };
            if (seconds <= 0 || !double.TryParse(rest.AsSpan(0, digits), System.Globalization.CultureInfo.InvariantCulture, out var n))
            {
                return null;
            }

            total += TimeSpan.FromSeconds(n * seconds);
            rest = rest[(digits + unit.Length)..];
        }

        return total > TimeSpan.Zero ? total : null;
    }
}
