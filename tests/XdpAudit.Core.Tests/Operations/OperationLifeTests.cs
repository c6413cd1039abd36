namespace XdpAudit.Core.Tests;

/// <summary>An operation from the asking to the end, and how long a host's state keeps it.</summary>
public sealed class OperationLifeTests
{
    private static readonly OperationId Id = new("1");
    private readonly Watcher _auditor = new();
    private readonly OperationRequested _asked;

    public OperationLifeTests() =>
        _asked = _auditor.Asked("1", new() { Kind = OperationKinds.ProgramLoad, Executor = "", Target = "p5", ProgramName = "p5" });

    [Fact]
    public void It_is_kept_until_a_look_has_settled_it()
    {
        Assert.Equal(OperationStates.Requested, _auditor.Known.Operations[Id].State);

        _auditor.Answered(_asked, new OperationSucceeded(Id, new() { Program = A.Key(5) }));
        Assert.Equal((OperationStates.Succeeded, A.Key(5)), (_auditor.Known.Operations[Id].State, _auditor.Known.Operations[Id].Result!.Program));
        _auditor.Answered(_asked, new OperationVerified(Id, "look1", "program 5 is loaded"));

        Assert.Empty(_auditor.Known.Operations);
    }

    [Fact]
    public void One_that_was_so_already_waits_for_a_look_like_one_that_was_done()
    {
        _auditor.Answered(_asked, new OperationAlreadyApplied(Id, new() { Program = A.Key(5) }));

        Assert.Equal(OperationStates.Succeeded, _auditor.Known.Operations[Id].State);
    }

    [Fact]
    public void One_that_was_rejected_is_over()
    {
        _auditor.Answered(_asked, new OperationRejected(Id, new() { Code = ErrorCode.NotFound, Message = "there is no such object" }));

        Assert.Empty(_auditor.Known.Operations);
    }

    [Fact]
    public void One_that_failed_waits_for_a_look_that_shows_that_nothing_was_done()
    {
        _auditor.Answered(_asked, new OperationFailed(Id, new() { Code = ErrorCode.Busy, Message = "it is occupied" }));

        Assert.Equal((OperationStates.Failed, true), (_auditor.Known.Operations[Id].State, _auditor.Known.Operations[Id].Unsettled));
    }

    [Fact]
    public void One_whose_answer_was_lost_waits_until_it_is_settled()
    {
        _auditor.Answered(_asked, new OperationIndeterminate(Id, "the executor died"));
        Assert.Equal(OperationStates.Indeterminate, _auditor.Known.Operations[Id].State);

        _auditor.Answered(_asked, new OperationSettled(Id, "look1", false, "the kernel lists no program of it"));

        Assert.Empty(_auditor.Known.Operations);
    }

    [Fact]
    public void One_that_the_kernel_contradicts_is_kept_for_whoever_judges_it()
    {
        _auditor.Answered(_asked, new OperationSucceeded(Id, new() { Program = A.Key(5) }));
        _auditor.Answered(_asked, new OperationContradicted(Id, "look1", "the kernel does not list program 5"));

        Assert.Equal((OperationStates.Contradicted, false), (_auditor.Known.Operations[Id].State, _auditor.Known.Operations[Id].Unsettled));
    }

    [Theory]
    [InlineData(true, OperationStates.Succeeded, typeof(OperationVerified))]
    [InlineData(false, OperationStates.Succeeded, typeof(OperationContradicted))]
    [InlineData(true, OperationStates.Indeterminate, typeof(OperationSettled))]
    [InlineData(false, OperationStates.Indeterminate, typeof(OperationSettled))]
    [InlineData(false, OperationStates.Failed, typeof(OperationVerified))]
    public void The_look_after_it_tells_what_became_of_it(bool loaded, string said, Type told)
    {
        _auditor.Answered(_asked, said switch
        {
            OperationStates.Succeeded => new OperationSucceeded(Id, new() { Program = A.Key(5) }),
            OperationStates.Failed => new OperationFailed(Id, new() { Code = ErrorCode.Busy, Message = "it is occupied" }),
            _ => new OperationIndeterminate(Id, "the executor died"),
        });
        var scene = new Scene();
        if (loaded)
        {
            scene.Program(5);
        }

        var seen = scene.Look("look1", _auditor.Next, Missing.Nothing);
        _auditor.Looks(scene);
        var judged = Assert.Single(Verification.Decide(_auditor.Known, seen));

        Assert.IsType(told, judged);
        Assert.Equal(Id, judged.Operation);
        Assert.Equal(Occurrence.Exactly(seen.FinishedAt), judged.Occurred);
    }

    [Fact]
    public void A_look_that_did_not_see_all_programs_leaves_a_load_for_the_next()
    {
        _auditor.Answered(_asked, new OperationSucceeded(Id, new() { Program = A.Key(5) }));
        var scene = new Scene();
        _auditor.Looks(scene, Missing.Programs);

        Assert.Empty(Verification.Decide(_auditor.Known, scene.Look("look1", _auditor.Next, Missing.Programs)));
    }
}
