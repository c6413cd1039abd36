namespace XdpAudit.Core.Tests;

/// <summary>A program under a dispatcher is not what is in force at the interface: whether it runs there is told by the link that ties it to what is.</summary>
public sealed class DispatchedTests
{
    private static readonly ObservedProgram Member = A.Program(6) with { Type = "ext" };
    private static readonly OperationPlan Plan = new()
    {
        Kind = OperationKinds.LinkAttach, Executor = "", Target = "p6", Program = A.Key(6), AttachPoint = A.Place(2), Interface = A.Names("eth0"), ByNetlink = true,
    };

    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    public DispatchedTests()
    {
        _scene.Program(5);
        _scene.Programs[6] = Member;
        _auditor.Looks(_scene);
    }

    [Theory]
    [InlineData(5u, true)]
    [InlineData(4u, false)]
    public void An_attach_is_verified_where_a_link_ties_the_program_to_what_is_in_force_and_contradicted_elsewhere(uint target, bool verified)
    {
        var asked = _auditor.Asked("1", Plan);
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new() { LinkId = new(9), Mode = XdpMode.Native }));
        _scene.InForce(5);
        Tie(target);

        var judged = Judged();

        Assert.Equal(verified ? typeof(OperationVerified) : typeof(OperationContradicted), judged.GetType());
        if (judged is OperationVerified told)
        {
            Assert.Equal("program 6 (p6) runs on eth0 under program 5 (p5), by link 9", told.Sentence);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_detach_of_one_program_is_contradicted_as_long_as_a_link_ties_it_to_what_is_in_force(bool still)
    {
        _scene.InForce(5);
        Tie(5);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", Plan with { Kind = OperationKinds.LinkDetach });
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new()));
        if (!still)
        {
            _scene.Links.Remove(9);
        }

        Assert.Equal(still ? typeof(OperationContradicted) : typeof(OperationVerified), Judged().GetType());
    }

    private void Tie(uint target) => _scene.Links[9] = new() { Id = new(9), Type = "tracing", ProgramId = new(6), TargetProgramId = new(target) };

    private JournalEvent Judged()
    {
        var seen = _scene.Look("look", _auditor.Next, Missing.Nothing);
        _auditor.Looks(_scene);
        return Assert.Single(Verification.Decide(_auditor.Known, seen));
    }
}
