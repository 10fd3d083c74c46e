namespace KeyBroker.Gate;

/// <summary>Checks an access token's signature and times, and gives what it says; throws DeniedException otherwise.</summary>
internal delegate TokenIdentity TokenCheck(string compact);
