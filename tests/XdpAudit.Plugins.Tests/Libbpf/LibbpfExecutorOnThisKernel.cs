using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using XdpAudit.Plugins.Libbpf;

namespace XdpAudit.Plugins.Tests;

/// <summary>What only the executor on the real kernel can get wrong.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class LibbpfExecutorOnThisKernel : IAsyncDisposable
{
    private const string OwnMounts = "XDPAUDIT_TEST_HAS_ITS_OWN_MOUNTS";
    private readonly RealWorld _world;
    private readonly IExecutor _executor;

    public LibbpfExecutorOnThisKernel()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        _world = new();
        _executor = _world.Start();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_hundred_rounds_of_everything_leave_no_descriptor_and_no_thread_behind()
    {
        var at = _world.Interface();
        await RoundAsync(at, 0);
        var (descriptors, threads) = (BpfDescriptors(), Threads());

        for (var i = 1; i <= 100; i++)
        {
            await RoundAsync(at, i);
        }

        Assert.Equal(descriptors, BpfDescriptors());
        Assert.True(Threads() <= threads + 8, $"{threads} threads before, {Threads()} after");
    }

    [Fact]
    public async Task A_refused_call_leaves_no_descriptor_behind()
    {
        var loaded = (await _executor.LoadAsync(Loading(_world.Pin("one")), Op(), Never)).Value!;
        var at = _world.Interface();
        await _executor.AttachAsync(new() { Program = new(loaded.Id, loaded.LoadedNs), Interface = at, Pin = _world.Pin("link") }, Op(), Never);
        var before = BpfDescriptors();

        await _executor.LoadAsync(Loading(_world.Pin("one")), Op(), Never);
        await _executor.LoadAsync(Loading() with { Program = "absent" }, Op(), Never);
        await _executor.LoadAsync(Loading() with { ObjectPath = _world.Truncated.Path, ObjectSha256 = _world.Truncated.Sha256 }, Op(), Never);
        await _executor.LoadAsync(Loading() with { ObjectPath = _world.Refused.Path, ObjectSha256 = _world.Refused.Sha256, Program = _world.Refused.Program }, Op(), Never);
        await _executor.AttachAsync(new() { Program = new(loaded.Id, loaded.LoadedNs), Interface = at }, Op(), Never);
        await _executor.AttachAsync(new() { Program = new(loaded.Id, 1), Interface = at }, Op(), Never);
        await _executor.DetachAsync(new() { Interface = at, Mode = XdpMode.Native }, Op(), Never);
        await _executor.UnpinAsync(new(ObjectKind.Link, 1, _world.Pin("one")), Op(), Never);

        Assert.Equal(before, BpfDescriptors());
    }

    [Fact]
    public async Task The_callers_network_namespace_is_never_changed()
    {
        var at = _world.Interface();
        var before = File.ResolveLinkTarget("/proc/thread-self/ns/net", false)!.FullName;
        var loaded = (await _executor.LoadAsync(Loading(), Op(), Never)).Value!;

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _executor.AttachAsync(new() { Program = new(loaded.Id, loaded.LoadedNs), Interface = at }, Op(), Never).AsTask()));

        var tasks = Directory.GetDirectories("/proc/self/task").Select(NamespaceOf).OfType<string>().ToHashSet();
        Assert.Equal([before], tasks);
    }

    [Fact]
    public async Task Of_twenty_attaches_at_once_one_succeeds_and_the_others_find_it_busy()
    {
        var at = _world.Interface();
        var loaded = (await _executor.LoadAsync(Loading(), Op(), Never)).Value!;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _executor.AttachAsync(new() { Program = new(loaded.Id, loaded.LoadedNs), Interface = at }, Op(), Never).AsTask()));

        Assert.Single(outcomes, o => o.Kind == OutcomeKind.Succeeded);
        Assert.Equal(19, outcomes.Count(o => o.Error?.Code == ErrorCode.Busy));
    }

    [Fact]
    public async Task A_fifo_in_place_of_an_object_is_refused_at_once()
    {
        var path = Path.Combine(Path.GetDirectoryName(_world.Good.Path)!, "fifo");
        Shell.Run("mkfifo", path);

        var outcome = await _executor.LoadAsync(Loading() with { ObjectPath = path }, Op(), Never).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Never);

        Assert.Equal(ErrorCode.ObjectInvalid, outcome.Error!.Code);
    }

    [Theory]
    [InlineData("/proc")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    public async Task What_is_no_regular_file_is_refused(string path)
    {
        var outcome = await _executor.LoadAsync(Loading() with { ObjectPath = path }, Op(), Never);

        Assert.Equal((OutcomeKind.Rejected, ErrorCode.ObjectInvalid), (outcome.Kind, outcome.Error!.Code));
    }

    [Fact]
    public async Task A_file_that_is_no_bpf_object_is_refused_in_libbpfs_words()
    {
        var bytes = await File.ReadAllBytesAsync("/bin/true", Never);

        var outcome = await _executor.LoadAsync(new() { ObjectPath = "/bin/true", ObjectSha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)), Program = "main" }, Op(), Never);

        Assert.Equal((OutcomeKind.Rejected, ErrorCode.ObjectInvalid), (outcome.Kind, outcome.Error!.Code));
        Assert.Contains("not a valid eBPF object file", outcome.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pin_path_with_escaped_bytes_is_the_path_with_those_bytes()
    {
        var path = _world.Pin(@"a\x20b\xc3\xa9");

        var outcome = await _executor.LoadAsync(Loading(path), Op(), Never);

        Assert.Equal(path, outcome.Value!.Pin);
        Assert.True(File.Exists(_world.Pin("a bé").Value));
        Assert.Equal(outcome.Value.Id.Value, (await _executor.AdoptAsync(new(path), Op(), Never)).Value!.ObjectId);
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("/sys/fs/bpf/../x")]
    [InlineData("/sys/fs/bpf//x")]
    [InlineData("/sys/fs/bpf/x/")]
    [InlineData("/sys/fs/bpf/x\\x00y")]
    public async Task A_pin_path_that_could_mean_another_place_is_refused(string path)
    {
        var outcome = await _executor.LoadAsync(Loading(new PinPath(path)), Op(), Never);

        Assert.Equal(OutcomeKind.Rejected, outcome.Kind);
        Assert.Contains("the path", outcome.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Directories_made_for_a_pin_that_is_refused_are_taken_back()
    {
        // The kernel refuses names longer than 255 bytes, after the directories before them were made.
        var path = _world.Pin("made/for/" + new string('n', 300));

        var outcome = await _executor.LoadAsync(Loading(path), Op(), Never);

        Assert.Equal("ENAMETOOLONG", outcome.Error!.ErrnoName);
        Assert.False(Directory.Exists(_world.Pin("made").Value));
        Assert.Equal(0, _world.CountPrograms(_world.Good.Program));
    }

    [Fact]
    public async Task An_attach_whose_pin_fails_is_taken_back()
    {
        var loaded = (await _executor.LoadAsync(Loading(), Op(), Never)).Value!;
        var at = _world.Interface();

        var outcome = await _executor.AttachAsync(
            new() { Program = new(loaded.Id, loaded.LoadedNs), Interface = at, Pin = _world.Pin("links/" + new string('n', 300)) }, Op(), Never);

        Assert.Equal("ENAMETOOLONG", outcome.Error!.ErrnoName);
        Assert.Empty(_world.InForce(at));
        Assert.False(Directory.Exists(_world.Pin("links").Value));
    }

    [Fact]
    public async Task Something_that_is_no_namespace_is_not_entered()
    {
        var loaded = (await _executor.LoadAsync(Loading(), Op(), Never)).Value!;
        var at = _world.Interface() with { NetnsPath = "/bin/true" };

        var outcome = await _executor.AttachAsync(new() { Program = new(loaded.Id, loaded.LoadedNs), Interface = at }, Op(), Never);

        Assert.Equal((ErrorCode.NamespaceNotFound, "EINVAL"), (outcome.Error!.Code, outcome.Error.ErrnoName));
    }

    [Fact]
    public async Task A_map_that_the_object_pins_by_name_is_reported_and_taken_back_when_the_load_fails()
    {
        // libbpf pins such maps under /sys/fs/bpf whatever the caller asks. The test does so in a mount namespace of its own, by running itself there.
        if (Environment.GetEnvironmentVariable(OwnMounts) is null)
        {
            var inner = Shell.Try(
                "unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", "mount -t bpf bpf /sys/fs/bpf && exec env \"$1=1\" \"$2\" -method \"$3\"", "sh",
                OwnMounts, Environment.ProcessPath!, $"{GetType().FullName}.{nameof(A_map_that_the_object_pins_by_name_is_reported_and_taken_back_when_the_load_fails)}");
            Assert.True(inner.ExitCode == 0 && inner.Output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal), inner.Output + inner.Errors);
            return;
        }

        var name = "m" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var pinned = new PinPath("/sys/fs/bpf/" + name);
        using var lab = new Lab();
        var path = lab.CompileBpf("pinning", $$"""
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); __uint(pinning, LIBBPF_PIN_BY_NAME); } {{name}} SEC(".maps");
            SEC("xdp") int pinning(struct xdp_md *ctx) { __u32 k = 0; return bpf_map_lookup_elem(&{{name}}, &k) ? XDP_PASS : XDP_ABORTED; }
            char _license[] SEC("license") = "GPL";
            """);
        var request = new LoadRequest { ObjectPath = path, ObjectSha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Never))), Program = "pinning" };

        var failed = await _executor.LoadAsync(request with { Pin = _world.Pin(new string('n', 300)) }, Op(), Never);
        Assert.Equal(OutcomeKind.Failed, failed.Kind);
        Assert.False(File.Exists(pinned.Value));

        var loaded = await _executor.LoadAsync(request, Op(), Never);

        Assert.Contains(pinned.Value, Assert.Single(loaded.Warnings), StringComparison.Ordinal);
        Assert.True(File.Exists(pinned.Value));
    }

    [Fact]
    public async Task The_load_time_is_the_kernels()
    {
        var loaded = (await _executor.LoadAsync(Loading(), Op(), Never)).Value!;

        // bpftool rounds to seconds since the epoch; the boot's beginning is btime in /proc/stat, to the second too.
        var shown = JsonDocument.Parse(Shell.Run("bpftool", "-j", "prog", "show", "id", loaded.Id.ToString())).RootElement.GetProperty("loaded_at").GetInt64();
        var booted = long.Parse(File.ReadLines("/proc/stat").Single(l => l.StartsWith("btime ", StringComparison.Ordinal))[6..], CultureInfo.InvariantCulture);
        Assert.InRange(booted + (long)(loaded.LoadedNs / 1_000_000_000) - shown, -2, 2);
    }

    private static CancellationToken Never => CancellationToken.None;

    private static OperationContext Op() => new() { OperationId = new(Guid.CreateVersion7().ToString("N")) };

    private static string? NamespaceOf(string task)
    {
        try
        {
            return File.ResolveLinkTarget(task + "/ns/net", false)?.FullName.Replace(task, "/proc/thread-self", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // The thread ended while it was looked at.
            return null;
        }
    }

    private static int BpfDescriptors() => Directory.GetFiles("/proc/self/fd").Count(f => Target(f) is { } t && (t.Contains("bpf", StringComparison.Ordinal) || t.Contains("netlink", StringComparison.Ordinal)));

    private static int Threads() => Directory.GetDirectories("/proc/self/task").Length;

    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private LoadRequest Loading(PinPath? pin = null) =>
        new() { ObjectPath = _world.Good.Path, ObjectSha256 = _world.Good.Sha256, Program = _world.Good.Program, Pin = pin };

    private async Task RoundAsync(InterfaceRef at, int round)
    {
        var pin = _world.Pin("round" + round.ToString(CultureInfo.InvariantCulture));
        var loaded = (await _executor.LoadAsync(Loading(pin), Op(), Never)).Value!;
        var attached = (await _executor.AttachAsync(new() { Program = new(loaded.Id, loaded.LoadedNs), Interface = at, Mode = XdpMode.Generic }, Op(), Never)).Value!;
        Assert.Equal(OutcomeKind.Succeeded, (await _executor.DetachAsync(new() { Link = attached.Link }, Op(), Never)).Kind);
        Assert.True((await _executor.UnloadAsync(new(new(loaded.Id, loaded.LoadedNs), [pin]), Op(), Never)).Value!.Gone);
    }
}
