using System.Globalization;

namespace XdpAudit.Plugins.Tests;

/// <summary>What only an executor that runs the host's tools can get wrong, with the real ones.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class BpftoolOnThisKernel : BpftoolScene
{
    private const string OwnMounts = "XDPAUDIT_TEST_HAS_ITS_OWN_MOUNTS";

    [Fact]
    public async Task It_tells_the_versions_of_the_tools_it_uses()
    {
        Options = Options with { NetlinkByIp = true };

        var described = await Executor.DescribeAsync(Never);

        Assert.Contains(described.Versions["bpftool"], Shell.Run("bpftool", "version"), StringComparison.Ordinal);
        Assert.Contains(described.Versions["ip"], Shell.Run("ip", "-V"), StringComparison.Ordinal);
        Assert.Empty(described.Warnings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task That_bpftool_loads_all_programs_of_an_object_is_warned_of_and_none_but_the_one_asked_for_stays(bool first)
    {
        var (asked, other) = first ? (World.Good.Program, World.Good.Other) : (World.Good.Other, World.Good.Program);

        var outcome = await Executor.LoadAsync(Loading(World.Pin("deep/program"), program: asked), Op(), Never);

        Assert.Equal(asked, Done(outcome).Name);
        Assert.Contains($"'{other}'", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.Equal([World.Pin("deep/program").Value], World.Pins());
        await EventuallyAsync(() => World.CountPrograms(other) == 0);
    }

    [Fact]
    public async Task A_program_is_not_loaded_when_the_verifier_refuses_another_of_its_object()
    {
        var mixed = World.Object("mixed", """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            SEC("xdp") int mixed_fine(struct xdp_md *ctx) { return XDP_PASS; }
            SEC("xdp") int mixed_refused(struct xdp_md *ctx) { return *(int *)(long)ctx->data; }
            char _license[] SEC("license") = "GPL";
            """, "mixed_fine");

        var outcome = await Executor.LoadAsync(Loading(World.Pin("new/one"), mixed), Op(), Never);

        var error = Refused(outcome, ErrorCode.VerifierRejected, OutcomeKind.Failed);
        Assert.Contains("'mixed_refused', which was not asked for", error.Message, StringComparison.Ordinal);
        Assert.Contains("invalid access to packet", error.VerifierLog!.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(World.Bpffs));
    }

    [Theory]
    [InlineData("a_name_longer_than_fifteen_one")]
    [InlineData("a_name_longer_than_fifteen_two")]
    public async Task Programs_whose_names_the_kernel_cuts_to_the_same_are_told_apart(string program)
    {
        var twins = World.Object("twins", """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            SEC("xdp") int a_name_longer_than_fifteen_one(struct xdp_md *ctx) { return XDP_PASS; }
            SEC("xdp") int a_name_longer_than_fifteen_two(struct xdp_md *ctx) { return ctx->data == 0 ? XDP_DROP : XDP_PASS; }
            char _license[] SEC("license") = "GPL";
            """, program);
        var libbpf = Done(await World.StartOther().LoadAsync(Loading(World.Pin("libbpf"), twins), Op(), Never));

        var loaded = Done(await Executor.LoadAsync(Loading(World.Pin("bpftool"), twins), Op(), Never));

        Assert.Equal(libbpf.Tag, loaded.Tag);
    }

    [Fact]
    public async Task A_section_that_says_no_program_type_fails_in_libbpfs_words()
    {
        var untyped = World.Object("untyped", """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            SEC("unheard_of") int untyped(struct xdp_md *ctx) { return XDP_PASS; }
            char _license[] SEC("license") = "GPL";
            """, "untyped");

        var outcome = await Executor.LoadAsync(Loading(World.Pin("one"), untyped), Op(), Never);

        Assert.Equal(OutcomeKind.Failed, outcome.Kind);
        Assert.Contains("unheard_of", outcome.Error!.Message, StringComparison.Ordinal);
    }

    // Between the digest and the load anybody may write the file; the tool is given bytes that only we can write.
    [Fact]
    public async Task An_object_exchanged_after_it_was_measured_is_not_what_is_loaded()
    {
        var libbpf = Done(await World.StartOther().LoadAsync(Loading(World.Pin("libbpf")), Op(), Never));
        Becomes($"case \"$*\" in *load*) cp {World.Refused.Path} {World.Good.Path}; stat -c %a \"$(dirname \"$6\")\" >{World.Folder}/mode;; esac; exec {Real}");

        var loaded = Done(await Executor.LoadAsync(Loading(World.Pin("bpftool")), Op(), Never));

        Assert.Equal(libbpf.Tag, loaded.Tag);
        Assert.Equal("700", (await File.ReadAllTextAsync($"{World.Folder}/mode", Never)).Trim());
    }

    [Theory]
    [InlineData("-j")]
    [InlineData("--version")]
    [InlineData("overwrite")]
    [InlineData("dev")]
    [InlineData("off")]
    [InlineData("$(reboot)")]
    [InlineData("a;b|c&d")]
    [InlineData("'\"`\\")]
    [InlineData("é+=")]
    public async Task An_interface_with_a_hostile_name_is_only_that_interface(string name)
    {
        var program = await LoadedAsync();
        var at = World.Rename(World.Interface(), name);

        foreach (var byIp in (bool[])[false, true])
        {
            await using var executor = new Plugins.Bpftool.BpftoolExecutor("bpftool", TimeProvider.System, Options with { NetlinkByIp = byIp });
            Done(await executor.AttachAsync(Attaching(program, at), Op(), Never));
            Assert.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
            Done(await executor.DetachAsync(new() { Interface = at, ExpectedOld = program.Id }, Op(), Never));
            Assert.Empty(World.InForce(at));
        }
    }

    [Theory]
    [InlineData("-f")]
    [InlineData("id")]
    [InlineData("$(touch x) *")]
    [InlineData("'\"`\\")]
    [InlineData("new\nline")]
    [InlineData("é")]
    public async Task A_pin_and_an_object_with_a_hostile_name_are_only_that_file(string name)
    {
        var path = $"{World.Folder}/{name}";
        File.Copy(World.Good.Path, path);

        var loaded = Done(await Executor.LoadAsync(Loading(World.Pin(name)) with { ObjectPath = path }, Op(), Never));
        Done(await Executor.PinAsync(new(ObjectKind.Map, loaded.MapIds[0].Value, World.Pin(name + "-map")), Op(), Never));

        Assert.Equal(loaded.Id.Value, Done(await Executor.AdoptAsync(new(World.Pin(name)), Op(), Never)).ObjectId);
        Assert.True(Done(await Executor.UnloadAsync(new(new(loaded.Id, loaded.LoadedNs), [World.Pin(name)]), Op(), Never)).Gone);
        Assert.Equal([World.Pin(name + "-map").Value], World.Pins());
    }

    [Fact]
    public async Task A_pin_path_with_escaped_bytes_is_passed_as_those_bytes_where_they_are_text_and_refused_where_not()
    {
        var text = Done(await Executor.LoadAsync(Loading(World.Pin(@"a\x20b\xc3\xa9")), Op(), Never));
        var none = await Executor.LoadAsync(Loading(World.Pin(@"a\xff")), Op(), Never);

        Assert.True(World.PinExists(World.Pin("a bé")));
        Assert.Equal(World.Pin(@"a\x20b\xc3\xa9"), text.Pin);
        Assert.Contains("no UTF-8 text", Refused(none, "tool.failed", OutcomeKind.Rejected).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_gets_an_environment_of_our_making_no_input_and_none_of_what_we_have_open_of_the_kernel()
    {
        var program = await LoadedAsync();
        Becomes($"case \"$*\" in *attach*) env >{World.Folder}/env; pwd >>{World.Folder}/env; ls -l /proc/$$/fd >{World.Folder}/fds; cat >>{World.Folder}/env;; esac; exec {Real}");

        Done(await Executor.AttachAsync(Attaching(program, World.Interface()), Op(), Never));

        Assert.Equal(["LC_ALL=C", "/"], (await File.ReadAllLinesAsync($"{World.Folder}/env", Never)).Where(l => !l.StartsWith("PWD=", StringComparison.Ordinal) && !l.StartsWith("_=", StringComparison.Ordinal)));
        Assert.DoesNotMatch(@"bpf-|bpf_|net:\[", await File.ReadAllTextAsync($"{World.Folder}/fds", Never));
    }

    [Fact]
    public async Task An_interface_that_goes_before_the_tool_acts_is_not_found()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        Becomes($"{RealIp} link del va; exec {Real}");

        var attach = await Executor.AttachAsync(Attaching(program, at), Op(), Never);

        Assert.Equal("ENODEV", Refused(attach, ErrorCode.InterfaceNotFound, OutcomeKind.Rejected).ErrnoName);
    }

    [Fact]
    public async Task An_interface_that_goes_after_the_tool_acted_leaves_the_answer_to_a_look()
    {
        var program = await LoadedAsync();
        var (one, two) = (World.Interface(), World.Interface());
        await AttachedAsync(program, two);
        Becomes($"{Real}; {RealIp} link del va");

        var attach = await Executor.AttachAsync(Attaching(program, one), Op(), Never);
        var detach = await Executor.DetachAsync(new() { Interface = two }, Op(), Never);

        Assert.Contains("cannot be seen", Refused(attach, "tool.failed", OutcomeKind.Indeterminate).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be seen", Refused(detach, "tool.failed", OutcomeKind.Indeterminate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interface_whose_name_another_took_in_between_is_not_said_to_be_attached()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        Becomes($"{RealIp} link set va down; {RealIp} link set va name old; {RealIp} link add va type veth peer name vc; exec {Real}");

        var outcome = await Executor.AttachAsync(Attaching(program, at), Op(), Never);

        Assert.Contains("'old'", Refused(outcome, "tool.failed", OutcomeKind.Indeterminate).Message, StringComparison.Ordinal);
        Assert.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
        Assert.Empty(World.InForce(at with { Name = "old" }));
    }

    [Theory]
    [InlineData(XdpMode.Native)]
    [InlineData(XdpMode.Generic)]
    [InlineData(XdpMode.Unknown)]
    public async Task Ip_attaches_and_detaches_as_bpftool_does_and_its_pin_of_the_moment_is_gone(XdpMode mode)
    {
        Options = Options with { NetlinkByIp = true };
        var program = await LoadedAsync();
        var other = await LoadedAsync("other", World.Good.Other);
        var at = World.Interface();
        var inForce = mode == XdpMode.Unknown ? XdpMode.Native : mode;

        var attached = Done(await Executor.AttachAsync(Attaching(program, at, mode), Op(), Never));
        var busy = await Executor.AttachAsync(Attaching(other, at, mode), Op(), Never);
        var detached = await Executor.DetachAsync(new() { Interface = at, Mode = inForce, ExpectedOld = program.Id }, Op(), Never);

        Assert.Equal(inForce, attached.Mode);
        Assert.Contains($"program {program.Id} ('{program.Name}') is attached {inForce.Text()} by netlink", Refused(busy, ErrorCode.Busy, OutcomeKind.Rejected).Message, StringComparison.Ordinal);
        Done(detached);
        Assert.Contains($"program {program.Id}", Assert.Single(detached.Warnings), StringComparison.Ordinal);
        Assert.Equal(["other", "program"], World.Pins().Select(p => Path.GetFileName(p)!));
    }

    [Fact]
    public async Task Ip_cannot_detach_a_link_and_the_kernels_word_for_it_is_passed_on()
    {
        Options = Options with { NetlinkByIp = true };
        var program = await LoadedAsync();
        var at = World.Interface();
        var link = Done(await World.StartOther().AttachAsync(Attaching(program, at) with { ByNetlink = false }, Op(), Never)).Link;

        var outcome = await Executor.DetachAsync(new() { Interface = at }, Op(), Never);

        var error = Refused(outcome, ErrorCode.Busy, OutcomeKind.Rejected);
        Assert.StartsWith("Can't replace active BPF XDP link", error.ExtAck, StringComparison.Ordinal);
        Assert.Contains($"link {link}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_rounds_of_everything_leave_no_descriptor_no_pin_and_no_file_behind()
    {
        var at = World.Interface();
        await RoundAsync(at, 0);
        var before = Directory.GetFiles("/proc/self/fd").Length;
        var files = Copies();

        for (var i = 1; i <= 10; i++)
        {
            await RoundAsync(at, i);
        }

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 4);
        Assert.Equal(files, Copies());
        Assert.Empty(Directory.GetFileSystemEntries(World.Bpffs));
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

        var pinning = World.Object("pinning", """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); __uint(pinning, LIBBPF_PIN_BY_NAME); } by_name SEC(".maps");
            SEC("xdp") int pinning(struct xdp_md *ctx) { __u32 k = 0; return bpf_map_lookup_elem(&by_name, &k) ? XDP_PASS : XDP_ABORTED; }
            char _license[] SEC("license") = "GPL";
            """, "pinning");

        var failed = await Executor.LoadAsync(Loading(World.Pin(new string('n', 300)), pinning), Op(), Never);
        Assert.Equal(OutcomeKind.Failed, failed.Kind);
        Assert.False(File.Exists("/sys/fs/bpf/by_name"));

        var loaded = await Executor.LoadAsync(Loading(World.Pin("one"), pinning), Op(), Never);

        Done(loaded);
        Assert.Contains("/sys/fs/bpf/by_name", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
        Assert.True(File.Exists("/sys/fs/bpf/by_name"));
    }

    private static int Copies() => Directory.GetDirectories(Path.GetTempPath(), "xdpaudit-bpftool-*").Length;

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "not within ten seconds");
            await Task.Delay(10, CancellationToken.None); // the kernel frees later, and tells nobody
        }
    }

    private async Task RoundAsync(InterfaceRef at, int round)
    {
        var pin = World.Pin("round" + round.ToString(CultureInfo.InvariantCulture));
        var loaded = Done(await Executor.LoadAsync(Loading(pin, program: round % 2 == 0 ? World.Good.Program : World.Good.Other), Op(), Never));
        Done(await Executor.AttachAsync(Attaching(loaded, at, XdpMode.Generic), Op(), Never));
        Done(await Executor.DetachAsync(new() { Interface = at }, Op(), Never));
        Done(await Executor.UnloadAsync(new(new(loaded.Id, loaded.LoadedNs), [pin]), Op(), Never));
    }
}
