namespace XdpAudit.Agent.Tests;

/// <summary>What a request means is settled before anything is recorded or done.</summary>
public sealed class PlanTests(Database database)
{
    [Fact]
    public async Task Names_find_one_program_or_are_refused_with_candidates_or_with_names_like_them()
    {
        await using var rig = await Rig.StartAsync(database);
        var first = rig.Kernel.LoadForeign("guard", 77);
        var second = rig.Kernel.LoadForeign("guard", 77);
        rig.Kernel.LoadForeign("counter", 77);

        var both = await rig.RefusedAsync(Unload("name:guard"));
        var like = await rig.RefusedAsync(Unload("name:gaurd"));
        var none = await rig.RefusedAsync(Unload("4711"));
        var words = await rig.RefusedAsync(Unload("what?ever"));
        var one = await rig.DoAsync(Unload("name:counter"));

        Assert.Equal((ProblemCode.Ambiguous, "'name:guard' fits 2 programs"), (both.Problem.Code, both.Problem.Title));
        Assert.All(both.Problem.Candidates.Zip([first, second]), c => Assert.StartsWith($"{c.Second.Id} guard loaded ", c.First, StringComparison.Ordinal));
        Assert.Equal((ProblemCode.NotFound, "name:guard"), (like.Problem.Code, like.Problem.Candidates[0]));
        Assert.Equal((ProblemCode.NotFound, ProblemCode.Usage), (none.Problem.Code, words.Problem.Code));
        Assert.Equal("counter", Assert.Single(rig.Auditor.Known.Programs.Values, p => p.Facts.Key == one.Program).Facts.Name);
    }

    [Fact]
    public async Task A_namespace_goes_by_name_cookie_or_path()
    {
        await using var rig = await Rig.StartAsync(database);
        var blue = rig.Kernel.AddNetns("blue");
        rig.Kernel.AddInterface(blue, "eth0");
        rig.Kernel.AddInterface(blue, "uplink");
        var loaded = await rig.DoAsync(rig.Load());

        foreach (var netns in (string[])["blue", $"cookie:{blue}", "/run/netns/blue"])
        {
            var attached = await rig.DoAsync(Rig.Attach(loaded) with { Netns = netns });
            await rig.DoAsync(new() { Kind = OperationKinds.LinkDetach, Link = $"{attached.LinkId}" });
            await rig.DoAsync(new() { Kind = OperationKinds.LinkUnpin, Link = $"{attached.LinkId}", Pin = attached.Pin });
            Assert.Equal((blue, OperationStates.Verified), (attached.AttachPoint!.Value.Netns, attached.State));
        }

        var nowhere = await rig.RefusedAsync(Rig.Attach(loaded) with { Netns = "green" });
        var like = await rig.RefusedAsync(Rig.Attach(loaded, "uplimk") with { Netns = "blue" });
        var own = await rig.RefusedAsync(Rig.Attach(loaded, "uplink"));
        Assert.Equal((ProblemCode.NotFound, "blue"), (nowhere.Problem.Code, nowhere.Problem.Candidates.Single()));
        Assert.Equal(("uplink", "cannot find interface 'uplimk' in network namespace 'blue'"), (like.Problem.Candidates.Single(), like.Problem.Title));
        Assert.Equal("cannot find interface 'uplink' in the auditor's own network namespace", own.Problem.Title);
    }

    [Fact]
    public async Task What_is_made_is_pinned_below_the_auditor_s_directory_unless_asked_otherwise()
    {
        await using var rig = await Rig.StartAsync(database);
        var mine = new PinPath($"{SimulatedKernel.Bpffs}/mine");

        var usual = await rig.DoAsync(rig.Load());
        var named = await rig.DoAsync(rig.Load() with { Pin = mine });
        var held = await rig.DoAsync(rig.Load() with { Ephemeral = true });
        var attached = await rig.DoAsync(Rig.Attach(usual));

        Assert.Equal($"{SimulatedKernel.Bpffs}/xdpaudit/pass-{usual.Id.Value[^12..]}", usual.Pin!.Value.Value);
        Assert.Equal($"{SimulatedKernel.Bpffs}/xdpaudit/pass-on-eth0-{attached.Id.Value[^12..]}", attached.Pin!.Value.Value);
        Assert.Equal((mine, null), (named.Pin, held.Pin));
        Assert.Equal(3, rig.Kernel.Pins.Count);
    }

    [Fact]
    public async Task An_ephemeral_auditor_pins_nothing_and_what_it_made_goes_with_its_executor()
    {
        await using var rig = await Rig.BuildAsync(database);
        rig.Settings = rig.Settings with { Ephemeral = true };
        await rig.BeginAsync();

        var loaded = await rig.DoAsync(rig.Load());
        await rig.DoAsync(Rig.Attach(loaded));
        var pins = rig.Kernel.Pins.Count;
        await rig.Executor.DisposeAsync();

        Assert.Equal((0, 0, 0), (pins, rig.Kernel.Programs.Count, rig.Kernel.Links.Count));
    }

    [Theory]
    [InlineData("kind", "there is no operation 'program.paint'")]
    [InlineData("object", "the request has no 'object_path'")]
    [InlineData("relative", "cannot load 'pass.o': the path of an object must be absolute")]
    [InlineData("absent", "cannot read object '/nowhere/pass.o': there is no such file")]
    [InlineData("mode", "there is no mode 'fast'")]
    [InlineData("interface", "the request has no 'interface'")]
    [InlineData("pin", "the request has no 'pin'")]
    [InlineData("executor", "there is no executor 'magic'")]
    [InlineData("linked", "the attachment on eth0 is held by link ")]
    [InlineData("free", "no attachment fits 'interface:eth1'")]
    public async Task A_request_that_makes_no_sense_is_refused_unrecorded(string what, string title)
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Kernel.AddInterface(rig.Kernel.OwnNetns, "eth1");
        var loaded = await rig.DoAsync(rig.Load());
        await rig.DoAsync(Rig.Attach(loaded));
        OperationRequest request = what switch
        {
            "kind" => new() { Kind = "program.paint" },
            "object" => rig.Load() with { ObjectPath = null },
            "relative" => rig.Load() with { ObjectPath = "pass.o" },
            "absent" => rig.Load() with { ObjectPath = "/nowhere/pass.o" },
            "mode" => Rig.Attach(loaded) with { Mode = "fast" },
            "interface" => Rig.Attach(loaded) with { Interface = null },
            "pin" => new() { Kind = OperationKinds.ProgramPin, Program = $"{loaded.ProgramId}" },
            "executor" => rig.Load() with { Executor = "magic" },
            _ => new() { Kind = OperationKinds.LinkDetach, Link = what == "linked" ? "interface:eth0" : "interface:eth1" },
        };

        var refused = await rig.RefusedAsync(request);

        Assert.StartsWith(title, refused.Problem.Title, StringComparison.Ordinal);
        Assert.Equal(2, (await rig.JournalAsync()).OfType<OperationRequested>().Count());
    }

    [Fact]
    public async Task An_interface_that_goes_between_the_check_and_the_act_is_rejected_by_the_executor()
    {
        await using var rig = await Rig.StartAsync(database);
        var loaded = await rig.DoAsync(rig.Load());
        var hang = rig.Executor.Faults.HangNext(SimulatedCall.Attach);

        var asked = rig.DoAsync(Rig.Attach(loaded));
        await hang.Reached;
        rig.Kernel.DeleteInterface(rig.Eth0);
        hang.Release();
        var refused = await asked;

        Assert.Equal((OperationStates.Rejected, ErrorCode.InterfaceNotFound), (refused.State, refused.Error!.Code));
        Assert.Equal("Requested Rejected", await rig.StoryAsync(refused.Id));
        Assert.Empty(rig.Kernel.Links);
    }

    private static OperationRequest Unload(string program) => new() { Kind = OperationKinds.ProgramUnload, Program = program };
}
