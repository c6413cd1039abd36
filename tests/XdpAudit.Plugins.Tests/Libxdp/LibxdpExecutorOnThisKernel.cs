using XdpAudit.Plugins.Libxdp;

namespace XdpAudit.Plugins.Tests;

/// <summary>
/// libxdp's executor says what this kernel lets it do, and does nothing where that is nothing. What it does where the kernel allows EXT programs is in
/// <see cref="LibxdpDispatchers"/>.
/// </summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class LibxdpExecutorOnThisKernel : LibxdpScene
{
    [Fact]
    public async Task It_declares_what_this_kernel_lets_it_do_and_says_why_not_where_that_is_nothing()
    {
        var described = await Executor.DescribeAsync(Never);

        Assert.Equal(RefusesExt ? [] : LibxdpExecutor.AllCapabilities, described.Capabilities);
        Assert.StartsWith("libxdp.so.1", described.Versions["libxdp"], StringComparison.Ordinal);
        if (RefusesExt)
        {
            var warning = Assert.Single(described.Warnings);
            Assert.Contains("EPERM", warning, StringComparison.Ordinal);
            Assert.Contains("use the executor 'libbpf'", warning, StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(described.Warnings);
        }
    }

    [Fact]
    public async Task Finding_out_leaves_no_program_no_link_and_no_pin_behind()
    {
        var trivial = World.CountPrograms("xdp_pass");

        await Executor.DescribeAsync(Never);

        await EventuallyAsync(() => World.CountPrograms("xdp_pass") <= trivial, "the trivial programs are gone");
        Assert.Empty(LinksOf("xdp_pass"));
        Assert.False(Directory.Exists(State) && Directory.EnumerateFileSystemEntries(State).Any());
    }

    [Theory]
    [InlineData("load")]
    [InlineData("attach")]
    [InlineData("detach")]
    [InlineData("unload")]
    [InlineData("pin")]
    [InlineData("unpin")]
    [InlineData("adopt")]
    public async Task Exactly_where_EXT_programs_are_refused_an_operation_is_refused_for_that_and_changes_nothing(string operation)
    {
        var at = World.Interface();
        var other = await DoneAsync(Libbpf().LoadAsync(Loading(pin: World.Pin("other")), Op(), Never));
        var before = World.Account();

        var error = await ErrorAsync(operation, other, at);

        Assert.Equal(RefusesExt, error?.Code == "ext.refused");
        Assert.Empty(World.InForce(at));
        if (RefusesExt)
        {
            Assert.Equal("EPERM", error!.ErrnoName);
            Assert.StartsWith("cannot ", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("use the executor 'libbpf'", error.Message, StringComparison.Ordinal);
            Assert.Equal(before, World.Account());
            Assert.False(Directory.Exists(State) && Directory.EnumerateFileSystemEntries(State).Any());
        }
    }

    [Fact]
    public async Task Where_a_program_is_attached_alone_by_libxdps_own_tool_it_is_not_touched()
    {
        var at = World.Interface();
        await DoneAsync(Libbpf().LoadAsync(Loading(pin: World.Pin("alone")), Op(), Never));
        World.ForeignNetlink(new(ProgramIdAt(World.Pin("alone"))), World.Pin("alone"), at, XdpMode.Generic);
        var there = World.InForce(at);

        var outcome = await Executor.DetachAsync(new() { Interface = at }, Op(), Never);

        Assert.NotEqual(OutcomeKind.Succeeded, outcome.Kind);
        Assert.Contains("use the executor 'libbpf'", outcome.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(there, World.InForce(at));
    }

    [Fact]
    public async Task A_directory_that_is_on_no_bpffs_is_said_and_nothing_is_tried()
    {
        var executor = Another(new() { Bpffs = World.Folder });

        var described = await executor.DescribeAsync(Never);

        Assert.Empty(described.Capabilities);
        Assert.Contains("is not on a bpffs", Assert.Single(described.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_bpffs_than_the_one_that_libxdp_was_told_first_is_refused()
    {
        await Executor.DescribeAsync(Never);
        var executor = Another(new() { Bpffs = World.Bpffs });

        var described = await executor.DescribeAsync(Never);

        Assert.Empty(described.Capabilities);
        Assert.Contains(World.Bpffs, Assert.Single(described.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run_prio", "first")]
    [InlineData("run_prio", "1000000001")]
    [InlineData("bpffs", "bpf")]
    [InlineData("unload_wait_ms", "-1")]
    public void A_wrong_setting_is_refused_by_name(string name, string value)
    {
        var settings = new Microsoft.Extensions.Configuration.ConfigurationManager { [name] = value };

        var refused = Assert.Throws<FormatException>(() => LibxdpOptions.Read(settings));

        Assert.Contains($"setting '{name}'", refused.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> LinksOf(string program) =>
        [.. Shell.Run("bpftool", "link", "show").Split('\n').Where(l => l.Contains(program, StringComparison.Ordinal))];

    private static uint ProgramIdAt(PinPath pin) =>
        System.Text.Json.JsonDocument.Parse(Shell.Run("bpftool", "-j", "prog", "show", "pinned", pin.Value)).RootElement.GetProperty("id").GetUInt32();

    private async Task<ExecutorError?> ErrorAsync(string operation, LoadedProgram other, InterfaceRef at) => operation switch
    {
        "load" => (await Executor.LoadAsync(Loading(pin: World.Pin("mine")), Op(), Never)).Error,
        "attach" => (await Executor.AttachAsync(Attaching(other, at), Op(), Never)).Error,
        "detach" => (await Executor.DetachAsync(new() { Interface = at }, Op(), Never)).Error,
        "unload" => (await Executor.UnloadAsync(new(Ref(other), []), Op(), Never)).Error,
        "pin" => (await Executor.PinAsync(new(ObjectKind.Program, other.Id.Value, World.Pin("again")), Op(), Never)).Error,
        "unpin" => (await Executor.UnpinAsync(new(ObjectKind.Program, other.Id.Value, World.Pin("none")), Op(), Never)).Error,
        _ => (await Executor.AdoptAsync(new(World.Pin("other")), Op(), Never)).Error,
    };
}
