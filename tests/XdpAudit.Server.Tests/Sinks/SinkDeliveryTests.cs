using System.Diagnostics;
using XdpAudit.Sinks.Tests;

namespace XdpAudit.Server.Tests;

/// <summary>A whole auditor with sinks, what the kernel did, and a real receiver.</summary>
public sealed class SinkDeliveryTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Lab _lab = new();
    private string? _object;

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task What_the_kernel_did_arrives_as_it_is_journalled_whatever_becomes_of_the_receiver_and_the_auditor()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        await using var receiver = await HttpReceiver.StartAsync();
        Enable();

        // While the receiver is there.
        using (var daemon = Start(receiver))
        {
            Act("one");
            await daemon.Api.LookAsync();
            await UntilAsync(daemon, s => s.Sinks is { Count: 2 } sinks && sinks.Values.All(AllDelivered), "all is delivered");
            Assert.Contains("webhook: http://127.0.0.1:", daemon.Type("status").Output, StringComparison.Ordinal);

            // While it is away: recording and the other sink go on, and it is told.
            await receiver.GoAsync();
            Act("two");
            await daemon.Api.LookAsync();
            var status = await UntilAsync(daemon, s => s.Sinks["webhook"] is { Trouble: not null } && AllDelivered(s.Sinks["json-lines"]), "the webhook is in trouble and the file is not");
            Assert.True(status.Sinks["webhook"].Journals["host"].Behind > 0);
            Assert.Contains("webhook: ", Line(daemon.Type("status").Output, " behind since "), StringComparison.Ordinal);
            var doctor = daemon.Type("doctor");
            Assert.Equal(1, doctor.ExitCode);
            Assert.Contains("webhook", Line(doctor.Output, "failed"), StringComparison.Ordinal);
            Assert.Equal(137, daemon.End("-KILL"));
        }

        // The next auditor goes on where the cursor is.
        using (var daemon = Start(receiver))
        {
            await UntilAsync(daemon, s => s.Sinks["webhook"] is { Trouble: not null, Journals: var places } && places["host"] is { Position: > 0, Behind: > 0 }, "it waits from its cursor on");
            await receiver.ComeAsync();
            Act("three");
            await daemon.Api.LookAsync();
            await UntilAsync(daemon, s => s.Sinks.Values.All(AllDelivered), "all is delivered");

            // What is recorded meanwhile is behind what is compared.
            var (host, server) = (await daemon.Api.JournalAsync(), await daemon.Api.JournalAsync("server"));
            await UntilAsync(daemon, s => s.Sinks.Values.All(sink => sink.Journals["host"].Position >= host.Count && sink.Journals["server"].Position >= server.Count), "these are delivered");
            Assert.All((string[])["one", "two", "three"], pin => Assert.True(host.Any(e => e.Event == "program_pinned" && e.Data.GetRawText().Contains($"{_lab.Bpffs}/{pin}\"", StringComparison.Ordinal)), $"'{pin}' is journalled"));
            foreach (var delivered in (IReadOnlyList<AuditEnvelope>[])[DeliveredEvents.Of(receiver), DeliveredEvents.Of($"{Out}/events.jsonl")])
            {
                DeliveredEvents.AreThose(host, delivered, "host");
                DeliveredEvents.AreThose(server, delivered, "server");
            }
        }
    }

    private string Out => $"{_lab.Folder}/out";

    private string List => $"{_lab.Folder}/plugins.allow.json";

    /// <summary>As docs/sinks.md says.</summary>
    private void Enable()
    {
        Shipped.In($"{_lab.Folder}/plugins", ["Libbpf", "FlightRecorder", "LeakRules", "Webhook", "JsonLines"], "libbpf,flight-recorder,leak-rules");
        Directory.CreateDirectory(Out, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var sink in (string[])["webhook", "json-lines"])
        {
            Shell.Run(Shipped.Server, "plugin", "enable", sink, "--allow-list", List, "--plugins", $"{_lab.Folder}/plugins");
        }
    }

    private Daemon Start(HttpReceiver receiver)
    {
        (string Setting, string Value)[] settings =
        [
            ("webhook__from", "beginning"), ("webhook__options__url", receiver.Url.ToString()), ("webhook__options__body", "native"), ("webhook__options__max_batch", "7"),
            ("json-lines__from", "beginning"), ("json-lines__options__path", $"{Out}/events.jsonl"),
        ];
        return Daemon.StartAs(_lab, ["env", .. settings.Select(s => $"XDPAUDIT_plugins__{s.Setting}={s.Value}"), .. Daemon.Up(_lab, "--allow-list", List)]);
    }

    /// <summary>Somebody loads, attaches and detaches with the field's own tools.</summary>
    private void Act(string pin)
    {
        _object ??= _lab.CompileBpf("pass", Samples.Pass);
        var netns = _lab.Netns();
        Shell.Run("bpftool", "prog", "load", _object, $"{_lab.Bpffs}/{pin}", "type", "xdp");
        Lab.In(netns, "ip", "link", "set", "dev", "va", "xdpdrv", "pinned", $"{_lab.Bpffs}/{pin}");
        Lab.In(netns, "ip", "link", "set", "dev", "va", "xdpdrv", "off");
    }

    private static bool AllDelivered(SinkStatus sink) => sink is { Trouble: null, Journals.Count: 2 } && sink.Journals.Values.All(j => j is { Position: > 0, Behind: 0 });

    private static string Line(string text, string with) => text.Split('\n').FirstOrDefault(line => line.Contains(with, StringComparison.Ordinal)) ?? $"no line with '{with}' in: {text}";

    private static async Task<StatusView> UntilAsync(Daemon daemon, Func<StatusView, bool> so, string what)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(20, TestContext.Current.CancellationToken)) // status has no call that waits
        {
            var status = await daemon.Api.StatusAsync();
            if (so(status))
            {
                return status;
            }

            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, $"not within {Patience.TotalSeconds} s: {what}; the sinks: {string.Join(", ", status.Sinks)}");
        }
    }
}
