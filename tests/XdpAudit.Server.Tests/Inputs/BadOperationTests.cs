using System.Text.Json;

namespace XdpAudit.Server.Tests;

/// <summary>Operations that cannot come about, typed by a person: what, on what, why, the next step; and nothing is changed.</summary>
public sealed class BadOperationTests : IDisposable
{
    private readonly OneDaemon _one;
    private readonly Lab _lab;

    public BadOperationTests(OneDaemon one)
    {
        _one = one;
        _ = one.Lab;
        _lab = new();
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_truncated_object_is_rejected()
    {
        var path = $"{_lab.Folder}/cut.o";
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(_one.Object, Token))[..200], Token);

        var told = await RecordedAsync("operation_rejected", "program", "load", path, "--program", "sample_pass");

        Assert.Equal(7, told.ExitCode);
        Assert.Contains($"cannot read '{path}' as a BPF object: ", told.Errors, StringComparison.Ordinal);
        Assert.Contains("compile it with clang -target bpf", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_the_object_does_not_have_is_rejected_with_those_it_has()
    {
        var told = await RecordedAsync("operation_rejected", "program", "load", _one.Object, "--program", "sample_pas");

        Assert.Equal(7, told.ExitCode);
        Assert.Contains($"object '{_one.Object}' has no program 'sample_pas'; it has 'sample_pass', 'sample_other'", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_not_even_asked_for()
    {
        var told = await UnrecordedAsync("program", "load", $"{_lab.Folder}/absent.o", "--program", "sample_pass");

        Assert.Equal(3, told.ExitCode);
        Assert.Contains($"cannot read object '{_lab.Folder}/absent.o': there is no such file", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_verifier_refuses_is_told_in_its_telling_lines_and_kept_whole()
    {
        var path = _lab.CompileBpf("refused", Samples.Refused);

        var told = await RecordedAsync("operation_failed", "program", "load", path, "--program", "sample_refused");
        var id = (await _one.Daemon.Api.JournalAsync()).Last(e => e.Event == "operation_failed").Data.GetProperty("id").GetString()!;
        using var shown = JsonDocument.Parse(_one.Daemon.Type("operation", "show", id, "-o", "json").Output);
        var log = shown.RootElement.GetProperty("error").GetProperty("verifier_log");

        Assert.Equal(7, told.ExitCode);
        Assert.Contains("the verifier refused program 'sample_refused': EACCES", told.Errors, StringComparison.Ordinal);
        Assert.Contains("invalid access to packet", told.Errors, StringComparison.Ordinal);
        Assert.Contains("invalid access to packet", log.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("processed ", log.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(64, log.GetProperty("sha256").GetString()!.Length);
        Assert.DoesNotContain(Directory.EnumerateFiles($"{_one.Lab.Bpffs}/xdpaudit"), f => f.Contains("refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_interface_is_refused_with_names_like_it()
    {
        var netns = _lab.Netns("uplink0", "uplink1");
        var program = await LoadAsync();

        var told = await UnrecordedAsync("link", "attach", program, "--interface", "uplink2", "--netns", netns);

        Assert.Equal(3, told.ExitCode);
        Assert.Contains($"cannot find interface 'uplink2' in network namespace '{netns}'", told.Errors, StringComparison.Ordinal);
        Assert.Contains("uplink0", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_namespace_is_refused()
    {
        var told = await UnrecordedAsync("link", "attach", await LoadAsync(), "--interface", "va", "--netns", "xat-nowhere");

        Assert.Equal(3, told.ExitCode);
        Assert.Contains("cannot find network namespace 'xat-nowhere'", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_occupied_interface_is_told_with_who_is_there()
    {
        var netns = _lab.Netns();
        var program = await LoadAsync();
        Assert.Equal(0, _one.Daemon.Type("link", "attach", program, "--interface", "va", "--netns", netns, "--mode", "generic").ExitCode);

        var told = await RecordedAsync("operation_rejected", "link", "attach", await LoadAsync("sample_other"), "--interface", "va", "--netns", netns, "--mode", "generic");

        Assert.Equal(7, told.ExitCode);
        Assert.Contains($"cannot attach generic to interface 'va': program {program} ('sample_pass') is attached generic by link ", told.Errors, StringComparison.Ordinal);
        Assert.Contains("EBUSY", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_selector_that_fits_two_is_refused_with_both()
    {
        var (first, second) = (await LoadAsync("sample_other"), await LoadAsync("sample_other"));

        var told = await UnrecordedAsync("program", "unload", "name:sample_other");

        Assert.Equal(2, told.ExitCode);
        Assert.Contains("'name:sample_other' fits ", told.Errors, StringComparison.Ordinal);
        Assert.Contains($"{first} sample_other", told.Errors, StringComparison.Ordinal);
        Assert.Contains($"{second} sample_other", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pin_that_is_on_no_bpffs_is_rejected_and_nothing_stays_loaded()
    {
        var told = await RecordedAsync("operation_rejected", "program", "load", _one.Object, "--program", "sample_pass", "--pin", $"{_lab.Folder}/pin");

        Assert.Equal(7, told.ExitCode);
        Assert.Contains("is not on a bpffs; mount one there (mount -t bpf bpf DIRECTORY)", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_steer_terminals_or_pages_reach_neither_terminal_nor_table_raw()
    {
        const string Hostile = "a\u001b]0;owned\u0007<b>$(x)";
        var netns = _lab.Netns("va", "e\u001b[31m<i>");
        var pin = $"{_one.Lab.Bpffs}/{Hostile}";
        Shell.Run("bpftool", "prog", "load", _one.Object, pin, "type", "xdp");
        Shell.Run("ip", "-n", netns, "link", "set", "dev", "e\u001b[31m<i>", "xdpgeneric", "pinned", pin);
        await _one.Daemon.Api.LookAsync();

        var shown = string.Concat(
            ((string[][])[["program", "list"], ["attachment", "list"], ["state"], ["events"], ["program", "show", $"pin:{pin}"], ["program", "load", $"{_lab.Folder}/{Hostile}.o", "--program", Hostile]])
            .Select(words => _one.Daemon.Type(words)).Select(a => a.Output + a.Errors));

        Assert.DoesNotContain('\u001b', shown);
        Assert.DoesNotContain('\u0007', shown);
        Assert.Contains("<b>$(x)", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_may_read_and_not_operate()
    {
        var socket = Daemon.SocketOf(_one.Lab);
        var mode = File.GetUnixFileMode(socket);
        File.SetUnixFileMode(socket, mode | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        try
        {
            var before = (await _one.Daemon.Api.StatusAsync()).Position;

            var read = AsNobody("program", "list");
            var refused = AsNobody("program", "load", _one.Object, "--program", "sample_pass");
            var looked = AsNobody("reconcile");

            Assert.Equal(0, read.ExitCode);
            Assert.Equal((4, 4), (refused.ExitCode, looked.ExitCode));
            Assert.Contains("uid 65534 may read but not operate", refused.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain((await _one.Daemon.Api.JournalAsync()).Where(e => e.Position > before), e => e.Operation is not null);
        }
        finally
        {
            File.SetUnixFileMode(socket, mode);
        }
    }

    [Fact]
    public void A_stranger_does_not_even_reach_the_socket()
    {
        var refused = AsNobody("program", "list");

        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("permission denied", refused.Errors, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Shell.Answer AsNobody(params string[] words) => Shell.Try(
        "setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--", "env", $"XDPAUDIT_SERVER=unix:{Daemon.SocketOf(_one.Lab)}", "DOTNET_EnableDiagnostics=0", Shipped.ForAnyone(Daemon.Cli, _lab.Folder), .. words]);

    private async Task<string> LoadAsync(string name = "sample_pass") =>
        $"{(await _one.Daemon.Api.DoAsync(new() { Kind = OperationKinds.ProgramLoad, ObjectPath = _one.Object, Program = name })).ProgramId}";

    // What is refused before anything was asked of the kernel is not recorded.
    private async Task<Shell.Answer> UnrecordedAsync(params string[] words)
    {
        await _one.Daemon.Api.LookAsync();
        var before = (await _one.Daemon.Api.StatusAsync()).Position;
        var told = _one.Daemon.Type(words);
        Assert.DoesNotContain((await _one.Daemon.Api.JournalAsync()).Where(e => e.Position > before), e => e.Event.StartsWith("operation_", StringComparison.Ordinal));
        return told;
    }

    // What was given to the executor is recorded, with how it ended and nothing else of it.
    private async Task<Shell.Answer> RecordedAsync(string outcome, params string[] words)
    {
        await _one.Daemon.Api.LookAsync();
        var before = (await _one.Daemon.Api.StatusAsync()).Position;
        var told = _one.Daemon.Type(words);
        await _one.Daemon.Api.LookAsync();

        // Others on this machine load and attach meanwhile, and the recorder hears all of it.
        var events = (await _one.Daemon.Api.JournalAsync()).Where(e => e.Position > before && e.Operation is not null).Select(e => e.Event).ToList();
        Assert.Equal(
            outcome == "operation_failed" ? ["operation_requested", outcome, "operation_verified"] : ["operation_requested", outcome],
            events.Where(e => e.StartsWith("operation_", StringComparison.Ordinal)));
        Assert.DoesNotContain(events, e => e is "program_loaded" or "link_created" or "attachment_established");
        return told;
    }
}
